package dev.rivulet.gateway.identity;

import java.util.Locale;
import java.util.Set;

/**
 * Who calls.
 *
 * @param name the name of the key
 * @param scopes what the key may do
 * @param priority how urgent its requests are to replicas
 */
public record Caller(String name, Set<String> scopes, Priority priority) {

    /** May send prompts and see models. */
    public static final String INFERENCE = "inference";

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

    public boolean may(String scope) {
        return scopes.contains(scope);
    }
}
