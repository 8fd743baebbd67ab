// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

/** Looks for bytes in bytes. */
final class Bytes {

    private Bytes() {}

    /** Length of the longest run of bytes that both have. */
    static int longestCommon(byte[] one, byte[] other) {
        int longest = 0;
        int[] before = new int[other.length + 1];
        for (byte each : one) {
            int[] now = new int[other.length + 1];
            for (int i = 0; i < other.length; i++) {
                now[i + 1] = each == other[i] ? before[i] + 1 : 0;
                longest = Math.max(longest, now[i + 1]);
            }
            before = now;
        }
        return longest;
    }
}
