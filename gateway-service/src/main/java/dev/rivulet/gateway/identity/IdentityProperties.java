// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API keys that open the door.
 *
 * @param keys keys of the configuration, at most 10,000; an entry with an empty hash is left out, so that one may come from
 *     the environment
 * @param store where keys are kept that are made while the gateway runs
 * @param hashIterations rounds of PBKDF2 for the secret of a new key, 10,000 to 10,000,000
 * @param verifiedFor how long a key that was shown need not be hashed again, up to a day
 */
@ConfigurationProperties("rivulet.identity")
public record IdentityProperties(
        @DefaultValue List<Key> keys,
        @DefaultValue("kafka") Store store,
        @DefaultValue("100000") int hashIterations,
        @DefaultValue("10m") Duration verifiedFor) {

    static final int MOST_KEYS = 10_000;
    private static final int FEWEST_ITERATIONS = 10_000;
    private static final int MOST_ITERATIONS = 10_000_000;

    /** Where keys are kept. */
    public enum Store {
        /** On the topic {@code identity.key.changed}, for all gateways and for ever. */
        KAFKA,
        /** Here, until the gateway stops. */
        MEMORY
    }

    public IdentityProperties {
        keys = keys.stream().filter(key -> !key.sha256().isEmpty()).toList();
        if (keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "rivulet.identity.keys holds " + keys.size() + " keys; " + MOST_KEYS + " is the limit");
        }
        if (hashIterations < FEWEST_ITERATIONS || hashIterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("rivulet.identity.hash-iterations is between " + FEWEST_ITERATIONS
                    + " and " + MOST_ITERATIONS + ", was " + hashIterations);
        }
        if (verifiedFor.isNegative() || verifiedFor.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "rivulet.identity.verified-for is between 0s and 1d, was " + verifiedFor);
        }
    }

    /**
     * One key.
     *
     * @param name what logs and metrics call it
     * @param sha256 SHA-256 of the key in hexadecimal: {@code printf %s "$KEY" | sha256sum}
     * @param scopes what it may do
     * @param priority how urgent its requests are to replicas
     * @param limits how much it may ask for
     */
    public record Key(
            String name,
            @DefaultValue("") String sha256,
            @DefaultValue("inference") Set<String> scopes,
            @DefaultValue("normal") Caller.Priority priority,
            @DefaultValue Limits limits) {

        public Key {
            sha256 = sha256.strip().toLowerCase(Locale.ROOT);
            if (!sha256.isEmpty() && !sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "rivulet.identity.keys: the sha256 of key '" + name
                                + "' is not 64 hexadecimal digits. Give the hash, never the key: printf %s \"$KEY\" | sha256sum");
            }
            if (!ApiKey.isName(name)) {
                throw new IllegalArgumentException(
                        "rivulet.identity.keys: a name is 1 to 64 letters, digits, dots, dashes or underscores");
            }
            scopes = Set.copyOf(scopes);
        }
    }
}
