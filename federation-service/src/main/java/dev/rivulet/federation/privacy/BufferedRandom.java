// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.privacy;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The numbers of a slow source, drawn in large pieces: a model takes millions, and a cryptographically strong source is asked per
 * call. Not safe for threads.
 */
public final class BufferedRandom implements RandomGenerator {

    private static final int BYTES = 1 << 16;

    private final RandomGenerator source;
    private final byte[] bytes = new byte[BYTES];
    private final ByteBuffer left = ByteBuffer.wrap(bytes).limit(0);

    /** @param source cryptographically strong where noise protects somebody */
    public BufferedRandom(RandomGenerator source) {
        this.source = source;
    }

    @Override
    public long nextLong() {
        if (left.remaining() < Long.BYTES) {
            source.nextBytes(bytes);
            left.clear();
        }
        return left.getLong();
    }
}
