// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a blob.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public Sha256 {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("A SHA-256 is 64 lower-case hexadecimal digits");
        }
    }

    /**
     * Reads what a caller sent.
     *
     * @param param where the caller wrote it
     * @throws ProblemException if it is missing or of another form
     */
    public static Sha256 parse(@Nullable String text, String param) {
        if (text == null) {
            throw new ProblemException(
                    Problem.at(ProblemCode.MISSING_PARAMETER, param, "The SHA-256 of the file is missing."));
        }
        if (!FORM.matcher(text).matches()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    param,
                    "A blob's address is its SHA-256: 64 lower-case hexadecimal digits, nothing else."));
        }
        return new Sha256(text);
    }

    /** The digest of a text in UTF-8. */
    public static Sha256 of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new Sha256(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
