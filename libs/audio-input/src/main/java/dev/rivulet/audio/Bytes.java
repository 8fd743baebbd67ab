// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/** Looks into bytes. */
final class Bytes {

    private Bytes() {}

    /** Whether these ASCII letters stand at the offset. */
    static boolean startsWith(byte[] bytes, int offset, String letters) {
        if (bytes.length < offset + letters.length()) {
            return false;
        }
        for (int i = 0; i < letters.length(); i++) {
            if (bytes[offset + i] != (byte) letters.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
