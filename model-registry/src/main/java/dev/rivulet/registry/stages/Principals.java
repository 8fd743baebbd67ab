package dev.rivulet.registry.stages;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells people apart by a token of their own; the token that services share proves nobody's name. */
@Component
public class Principals {

    private final Map<String, String> digests;

    Principals(StagesSettings settings) {
        this.digests = settings.principals();
    }

    /**
     * Whose token it is. Takes the same time wherever the first difference is.
     *
     * @throws ProblemException {@code insufficient_scope} if it is nobody's
     */
    public String of(@Nullable String token) {
        byte[] shown = sha256(token == null ? "" : token);
        String found = null;
        for (Map.Entry<String, String> known : digests.entrySet()) {
            if (MessageDigest.isEqual(shown, HexFormat.of().parseHex(known.getValue()))) {
                found = known.getKey();
            }
        }
        if (token == null || found == null) {
            throw new ProblemException(Problem.of(
                    ProblemCode.INSUFFICIENT_SCOPE,
                    "Show your own token in the header X-Rivulet-Principal-Token; people and the SHA-256 of their tokens"
                            + " are set as rivulet.stages.principals."));
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
