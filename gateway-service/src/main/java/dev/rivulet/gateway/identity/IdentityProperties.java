package dev.rivulet.gateway.identity;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API keys that open the door.
 *
 * @param keys at most 10,000; an entry with an empty hash is left out, so that one may come from the environment
 */
@ConfigurationProperties("rivulet.identity")
public record IdentityProperties(@DefaultValue List<Key> keys) {

    private static final int MOST_KEYS = 10_000;

    public IdentityProperties {
        keys = keys.stream().filter(key -> !key.sha256().isEmpty()).toList();
        if (keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "rivulet.identity.keys holds " + keys.size() + " keys; " + MOST_KEYS + " is the limit");
        }
    }

    /**
     * One key.
     *
     * @param name what logs and metrics call it
     * @param sha256 SHA-256 of the key in hexadecimal: {@code printf %s "$KEY" | sha256sum}
     * @param scopes what it may do
     * @param priority how urgent its requests are to replicas
     */
    public record Key(
            String name,
            @DefaultValue("") String sha256,
            @DefaultValue("inference") Set<String> scopes,
            @DefaultValue("normal") Caller.Priority priority) {

        public Key {
            sha256 = sha256.strip().toLowerCase(Locale.ROOT);
            if (!sha256.isEmpty() && !sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "rivulet.identity.keys: the sha256 of key '" + name
                                + "' is not 64 hexadecimal digits. Give the hash, never the key: printf %s \"$KEY\" | sha256sum");
            }
            if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException(
                        "rivulet.identity.keys: a name is 1 to 64 letters, digits, dots, dashes or underscores");
            }
            scopes = Set.copyOf(scopes);
        }
    }
}
