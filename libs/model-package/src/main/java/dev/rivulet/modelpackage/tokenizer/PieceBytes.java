// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bytes of SentencePiece tokens: U+2581 is a space, {@code <0x0A>} one byte, everything else itself. */
final class PieceBytes {

    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");

    private PieceBytes() {}

    static byte[] of(String token) {
        Matcher single = BYTE.matcher(token);
        return single.matches()
                ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)}
                : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }
}
