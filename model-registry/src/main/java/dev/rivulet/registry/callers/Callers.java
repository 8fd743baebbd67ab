package dev.rivulet.registry.callers;

import dev.rivulet.access.KnownTokens;
import dev.rivulet.registry.callers.CallerSettings.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Knows principals by their tokens. */
@Component
public class Callers implements KnownTokens {

    private final Map<String, Principal> principals;

    Callers(CallerSettings settings) {
        this.principals = settings.principals();
    }

    @Override
    public boolean knows(String token) {
        return find(token).isPresent();
    }

    /** Whose token it is. Takes the same time wherever the first difference is. */
    public Optional<Caller> find(String token) {
        byte[] shown = sha256(token);
        Optional<Caller> found = Optional.empty();
        for (Map.Entry<String, Principal> known : principals.entrySet()) {
            byte[] digest =
                    HexFormat.of().parseHex(String.valueOf(known.getValue().tokenSha256()));
            if (MessageDigest.isEqual(shown, digest)) {
                found = Optional.of(new Caller(known.getKey(), known.getValue().roles(), false));
            }
        }
        return found;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
