// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import java.util.SplittableRandom;

/** Random numbers for one purpose of a simulation, which no other purpose changes, in whatever order they are asked for. */
final class Seeds {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Seeds() {}

    static SplittableRandom random(long seed, long... purpose) {
        long mixed = seed;
        for (long each : purpose) {
            mixed = mixed(mixed + GOLDEN * (each + 1));
        }
        return new SplittableRandom(mixed);
    }

    /** The finaliser of MurmurHash3. */
    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
