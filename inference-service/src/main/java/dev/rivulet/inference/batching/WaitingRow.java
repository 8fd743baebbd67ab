// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.batching;

/**
 * A row that waits for a batch.
 *
 * @param id unique among those that wait
 * @param length tokens, 1 or more
 * @param arrived nanoseconds of a monotonic clock
 * @param deadline when it ends unserved, by the same clock; {@link #NEVER} for none
 */
public record WaitingRow(long id, int length, long arrived, long deadline) {

    public static final long NEVER = Long.MAX_VALUE;

    boolean expired(long now) {
        return deadline != NEVER && deadline - now <= 0;
    }
}
