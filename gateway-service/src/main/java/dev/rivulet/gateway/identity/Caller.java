// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.util.Locale;
import java.util.Set;

/**
 * Who calls.
 *
 * @param name the name of the key
 * @param scopes what the key may do
 * @param priority how urgent its requests are to replicas
 * @param limits how much it may ask for
 */
public record Caller(String name, Set<String> scopes, Priority priority, Limits limits) {

    /** May send prompts and see models. */
    public static final String INFERENCE = "inference";

    /** May see, make, change and revoke API keys. */
    public static final String KEYS_WRITE = "keys:write";

    /** May look at models, replicas, rollouts and federations by the tools of MCP. */
    public static final String PLATFORM_READ = "platform:read";

    /** May start and abort rollouts by the tools of MCP. */
    public static final String ROLLOUTS_WRITE = "rollouts:write";

    /** May use every control API of the gateway. */
    public static final String ADMIN = "admin";

    /** With this begin the names of callers who show a signed token, and of no keys. */
    public static final String OF_TOKENS = "jwt.";

    /** All scopes that there are. */
    public static final Set<String> SCOPES = Set.of(INFERENCE, KEYS_WRITE, PLATFORM_READ, ROLLOUTS_WRITE, ADMIN);

    /** The class of a request, as replicas know it. */
    public enum Priority {
        HIGH,
        NORMAL,
        LOW;

        /** As on the wire. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One without limits. */
    public Caller(String name, Set<String> scopes, Priority priority) {
        this(name, scopes, priority, Limits.NONE);
    }

    /** Whether the key has a scope; {@link #ADMIN} includes those of control APIs, and not inference. */
    public boolean may(String scope) {
        return scopes.contains(scope) || (!scope.equals(INFERENCE) && scopes.contains(ADMIN));
    }
}
