// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Closes batches. Rows are put together by length, in buckets of powers of two from 16, so that padding never doubles the work of
 * a row of 16 tokens or more. A bucket is closed when it is full, and when its oldest row has waited for the ceiling: of those the
 * one whose oldest row waits longest.
 */
public final class BatchPlanner {

    private static final int SMALLEST_BUCKET = 16;

    private final BatchLimits limits;

    public BatchPlanner(BatchLimits limits) {
        this.limits = limits;
    }

    /** @param waiting in the order of their arrival */
    public BatchDecision decide(List<WaitingRow> waiting, long now) {
        List<WaitingRow> expired = new ArrayList<>();
        Map<Integer, Bucket> buckets = new TreeMap<>();
        long wakeAt = WaitingRow.NEVER;
        for (WaitingRow row : waiting) {
            if (row.expired(now)) {
                expired.add(row);
                continue;
            }
            buckets.computeIfAbsent(bucket(row.length()), size -> new Bucket()).add(row);
            wakeAt = Math.min(wakeAt, row.deadline());
        }
        Bucket chosen = null;
        for (Bucket bucket : buckets.values()) {
            boolean due = bucket.full || now - bucket.oldest() >= limits.ceilingNanos();
            if (due && (chosen == null || bucket.oldest() < chosen.oldest())) {
                chosen = bucket;
            }
            wakeAt = Math.min(wakeAt, bucket.oldest() + limits.ceilingNanos());
        }
        return chosen == null
                ? new BatchDecision(expired, List.of(), wakeAt)
                : new BatchDecision(expired, chosen.rows, now);
    }

    /** The smallest power of two, from 16, that a length fits in. */
    static int bucket(int length) {
        return length <= SMALLEST_BUCKET ? SMALLEST_BUCKET : Integer.highestOneBit(length - 1) << 1;
    }

    private final class Bucket {
        private final List<WaitingRow> rows = new ArrayList<>();
        private int longest;
        private boolean full;

        void add(WaitingRow row) {
            int longer = Math.max(longest, row.length());
            long tokens = (rows.size() + 1L) * longer;
            full |= !rows.isEmpty() && (tokens > limits.tokens() || rows.size() == limits.rows());
            if (!full) {
                rows.add(row);
                longest = longer;
                full = rows.size() == limits.rows();
            }
        }

        long oldest() {
            return rows.getFirst().arrived();
        }
    }
}
