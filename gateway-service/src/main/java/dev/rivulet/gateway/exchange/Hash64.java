// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

/** 64-bit hashes for spreading, not for safety: FNV-1a over characters, and the finisher of MurmurHash3. */
public final class Hash64 {

    /** Where a hash begins. */
    public static final long START = 0xcbf29ce484222325L;

    private static final long PRIME = 0x100000001b3L;

    private Hash64() {}

    /** One character more. */
    public static long next(long hash, char character) {
        return (hash ^ character) * PRIME;
    }

    /** A text, and an end that no text holds. */
    public static long next(long hash, CharSequence text) {
        long all = hash;
        for (int i = 0; i < text.length(); i++) {
            all = next(all, text.charAt(i));
        }
        return next(all, '\uffff');
    }

    public static long of(CharSequence text) {
        return mixed(next(START, text));
    }

    /** Spreads every bit over all. */
    public static long mixed(long hash) {
        long all = hash;
        all = (all ^ (all >>> 33)) * 0xff51afd7ed558ccdL;
        all = (all ^ (all >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return all ^ (all >>> 33);
    }
}
