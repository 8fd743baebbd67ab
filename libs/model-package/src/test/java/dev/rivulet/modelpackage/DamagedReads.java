// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage;

import com.sun.management.ThreadMXBean;
import dev.rivulet.engine.ModelRejectedException;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Reads damaged files one after the other and holds each to what it may do: end with a value or with
 * {@link ModelRejectedException}, within 100 ms of its thread's processor time and a bounded share of the heap. Anything else is
 * told with the seed and the number of the input. For one thread.
 */
public final class DamagedReads {

    private static final long MOST_NANOS = 100_000_000;

    /** The first inputs pay for the classes that they load. */
    private static final int UNMEASURED = 500;

    /** Reads one input whole. */
    @FunctionalInterface
    public interface Reading {
        /** @throws ModelRejectedException if the file is refused */
        void read() throws ModelRejectedException;
    }

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long seed;
    private final long mostBytes;
    private int inputs;
    private int refused;
    private long slowest;
    private long largest;

    /** @param mostBytes of the heap that one input may take */
    public DamagedReads(long seed, long mostBytes) {
        this.seed = seed;
        this.mostBytes = mostBytes;
    }

    /** Reads the next input. */
    public void next(Reading reading) {
        long bytes = thread.getCurrentThreadAllocatedBytes();
        long nanos = thread.getCurrentThreadCpuTime();
        try {
            reading.read();
        } catch (ModelRejectedException e) {
            refused++;
        } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("seed %d, input %d: neither read nor refused".formatted(seed, inputs), e);
        }
        if (inputs++ < UNMEASURED) {
            return;
        }
        slowest = Math.max(slowest, thread.getCurrentThreadCpuTime() - nanos);
        largest = Math.max(largest, thread.getCurrentThreadAllocatedBytes() - bytes);
        if (slowest > MOST_NANOS || largest > mostBytes) {
            throw new AssertionError("seed %d, input %d took %d ns of processor and %d bytes"
                    .formatted(seed, inputs - 1, slowest, largest));
        }
    }

    /** How many were refused; the others were read. */
    public int refused() {
        return refused;
    }

    /** Says what was read and what the costliest of it took. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "seed %d: %d inputs, %d refused, the slowest took %.1f ms of processor, the largest %d bytes of heap",
                seed,
                inputs,
                refused,
                slowest / 1e6,
                largest);
    }
}
