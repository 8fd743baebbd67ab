// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Tells holders of tokens apart by the SHA-256 of their tokens; the tokens themselves are nowhere here. */
public final class TokenDigests {

    private final Map<String, byte[]> digests;

    /**
     * @param digests the SHA-256 of each holder's token in hexadecimal by the holder's name
     * @throws IllegalArgumentException if one is no hexadecimal number
     */
    public TokenDigests(Map<String, String> digests) {
        this.digests = digests.entrySet().stream()
                .collect(toUnmodifiableMap(
                        Map.Entry::getKey, each -> HexFormat.of().parseHex(each.getValue())));
    }

    /** Whose token it is. Takes the same time wherever the first difference is. */
    public Optional<String> holder(String token) {
        byte[] shown = sha256(token);
        String found = null;
        for (Map.Entry<String, byte[]> known : digests.entrySet()) {
            if (MessageDigest.isEqual(shown, known.getValue())) {
                found = known.getKey();
            }
        }
        return Optional.ofNullable(found);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
