// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.batching;

/**
 * What holds for batches.
 *
 * @param ceilingNanos how long a row waits for others at most, while nothing runs
 * @param tokens most tokens of a batch, padding included; a row alone may always run
 * @param rows most rows of a batch
 */
public record BatchLimits(long ceilingNanos, int tokens, int rows) {

    public BatchLimits {
        if (ceilingNanos < 0 || tokens < 1 || rows < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive, were " + ceilingNanos + ", " + tokens + ", " + rows);
        }
    }
}
