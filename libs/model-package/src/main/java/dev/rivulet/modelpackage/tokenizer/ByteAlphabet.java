// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * The alphabet of byte-level tokenizers, in which each of the 256 bytes is one printable character: printable Latin-1
 * characters stand for themselves, the others are counted up from U+0100.
 */
final class ByteAlphabet {

    private static final int[] BYTE_OF = byteOf();

    private ByteAlphabet() {}

    /** The bytes of a token; a token with characters outside the alphabet stands for its own UTF-8 bytes. */
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= BYTE_OF.length || BYTE_OF[c] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTE_OF[c];
        }
        return bytes;
    }

    private static int[] byteOf() {
        int[] table = new int[0x144];
        java.util.Arrays.fill(table, -1);
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
            table[printable ? b : next++] = b;
        }
        return table;
    }
}
