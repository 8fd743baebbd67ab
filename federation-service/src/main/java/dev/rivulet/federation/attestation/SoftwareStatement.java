// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a device without a TPM signs: a line {@code rivulet-software-attestation-v1}, a line with the SHA-256 of its software, a line
 * with the nonce, each in lowercase hexadecimal digits and ended by a line feed.
 *
 * @param digest SHA-256 of the software, 64 hexadecimal digits
 * @param nonce that is answered to, in hexadecimal digits
 */
record SoftwareStatement(String digest, String nonce) {

    private static final Pattern FORM =
            Pattern.compile("rivulet-software-attestation-v1\n([0-9a-f]{64})\n([0-9a-f]{1,128})\n");

    /** @throws IllegalArgumentException if the bytes have another form */
    static SoftwareStatement parse(byte[] bytes) {
        Matcher matcher = FORM.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the statement has not its form");
        }
        return new SoftwareStatement(matcher.group(1), matcher.group(2));
    }

    static byte[] bytes(String digest, byte[] nonce) {
        return ("rivulet-software-attestation-v1\n" + digest + "\n"
                        + HexFormat.of().formatHex(nonce) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
