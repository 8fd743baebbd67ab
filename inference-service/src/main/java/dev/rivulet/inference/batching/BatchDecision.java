// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.batching;

import java.util.List;

/**
 * What to do now.
 *
 * @param expired rows whose deadline has passed
 * @param batch rows to run together; empty to wait
 * @param wakeAt when to decide again if nothing arrives before, {@link WaitingRow#NEVER} if only an arrival matters
 */
public record BatchDecision(List<WaitingRow> expired, List<WaitingRow> batch, long wakeAt) {

    public BatchDecision {
        expired = List.copyOf(expired);
        batch = List.copyOf(batch);
    }
}
