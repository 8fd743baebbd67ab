// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the prompt of a request begins, as hashes: requests that begin alike have the same ones. They hold no word of it, and are
 * no proof of anything: whoever makes a collision gets his own request to another replica.
 *
 * @param session hash of {@code user} and {@code prompt_cache_key}, if one of them is given
 * @param blocks after each of the first 16 whole blocks of {@link #BLOCK} characters, chained: each covers all before it
 * @param instructions how many of the blocks lie wholly in the leading messages of the roles system and developer
 * @param turns after each of the last 8 messages, chained, the last first
 */
public record Beginning(@Nullable Long session, List<Long> blocks, int instructions, List<Long> turns) {

    /** About the 16 tokens of a block of a replica's prefix cache. */
    public static final int BLOCK = 64;

    /** Nothing is known of it. */
    public static final Beginning UNKNOWN = new Beginning(null, List.of(), 0, List.of());

    public Beginning {
        blocks = List.copyOf(blocks);
        turns = List.copyOf(turns);
    }
}
