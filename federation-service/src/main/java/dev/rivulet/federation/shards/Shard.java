// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards;

import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A part of a round's devices.
 *
 * @param number from 0
 */
public record Shard(String federation, long round, int number) {

    /** The shard of a device of a round, of so many. */
    public static Shard of(String federation, long round, String device, int shards) {
        return new Shard(federation, round, Math.floorMod(device.hashCode(), shards));
    }

    /** The key of its records. */
    public String key() {
        return federation + "/" + round + "/" + number;
    }

    /** What each shard of a round must hold: digests of updates by device. */
    static Map<Shard, Map<String, String>> expected(String federation, long round, Collecting collected, int shards) {
        Map<Shard, Map<String, String>> expected = new HashMap<>();
        collected
                .counted()
                .forEach((device, contribution) -> expected.computeIfAbsent(
                                of(federation, round, device, shards), _ -> new TreeMap<>())
                        .put(device, contribution.sha256()));
        return expected;
    }
}
