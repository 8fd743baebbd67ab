// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.time.Duration;

/**
 * How much of a job may be kept beyond its run, and for how long.
 *
 * @param mostPerValue bytes of the value of one stage, at least 1
 * @param mostPerJob bytes of the values of one job, at least 1
 * @param keep how long after the last stage was kept, at least 1 ms
 */
public record CheckpointLimits(long mostPerValue, long mostPerJob, Duration keep) {

    public CheckpointLimits {
        if (mostPerValue < 1 || mostPerJob < 1 || keep.toMillis() < 1) {
            throw new IllegalArgumentException("the limits of checkpoints are at least 1: most per value "
                    + mostPerValue + ", most per job " + mostPerJob + ", keep " + keep);
        }
    }
}
