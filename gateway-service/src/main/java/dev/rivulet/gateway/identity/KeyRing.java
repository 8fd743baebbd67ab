package dev.rivulet.gateway.identity;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Knows the keys by their hashes. A look takes the same time for every key that is shown. */
@Component
public final class KeyRing {

    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);
    private static final String BEARER = "Bearer ";
    private static final int LONGEST_KEY = 512;

    private record Hashed(byte[] digest, Caller caller) {}

    private final List<Hashed> keys;

    KeyRing(IdentityProperties properties) {
        this.keys = properties.keys().stream()
                .map(key -> new Hashed(
                        HexFormat.of().parseHex(key.sha256()), new Caller(key.name(), key.scopes(), key.priority())))
                .toList();
        if (keys.isEmpty()) {
            log.warn(
                    "No API key is configured, so every call is refused. Set RIVULET_API_KEY_SHA256 to the SHA-256 of a "
                            + "key, or rivulet.identity.keys in the configuration of gateway-service.");
        }
    }

    /**
     * Looks at the headers of a request.
     *
     * @param authorization {@code Bearer <key>}
     * @param apiKey the header {@code x-api-key}, which counts where there is no {@code authorization}
     */
    public Authentication authenticate(@Nullable String authorization, @Nullable String apiKey) {
        String shown = shown(authorization, apiKey);
        if (shown == null) {
            return new Authentication.Refused(Problem.of(
                    ProblemCode.INVALID_API_KEY,
                    "No API key was sent. Send 'Authorization: Bearer <key>'; `./rivulet env` prints the key of a local "
                            + "platform."));
        }
        Caller found = shown.length() > LONGEST_KEY ? null : find(sha256(shown));
        return found == null
                ? new Authentication.Refused(Problem.of(
                        ProblemCode.INVALID_API_KEY,
                        "The API key is not known here. `./rivulet env` prints the key of a local platform; elsewhere ask "
                                + "whoever runs it."))
                : new Authentication.Known(found);
    }

    private @Nullable Caller find(byte[] digest) {
        Caller found = null;
        for (Hashed key : keys) {
            if (MessageDigest.isEqual(key.digest(), digest)) {
                found = key.caller();
            }
        }
        return found;
    }

    private static @Nullable String shown(@Nullable String authorization, @Nullable String apiKey) {
        if (authorization != null) {
            boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
            String key = bearer ? authorization.substring(BEARER.length()).strip() : "";
            return key.isEmpty() ? null : key;
        }
        return apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
