// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One model under random arrivals, cancels, deadlines and run times, on a simulated clock. The seed is the parameter. */
class BatchingSimulation {

    private static final BatchLimits LIMITS = new BatchLimits(5_000, 512, 16);
    private static final int REQUESTS = 3_000;

    private final List<WaitingRow> queue = new ArrayList<>();
    private final Map<Long, String> ended = new HashMap<>();
    private long now;
    private long freeAt;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 20261125, 77, 99991})
    void everyRowEndsOnceWithinItsCeilingAndNoBatchExceedsItsLimits(long seed) {
        Random random = new Random(seed);
        BatchPlanner planner = new BatchPlanner(LIMITS);
        long next = 0;
        long id = 0;
        while (ended.size() < REQUESTS) {
            if (id < REQUESTS && now >= next) {
                long deadline = random.nextInt(10) == 0 ? now + random.nextInt(20_000) : WaitingRow.NEVER;
                queue.add(new WaitingRow(id++, 1 + random.nextInt(200), now, deadline));
                next = now + (random.nextInt(4) == 0 ? random.nextInt(9_000) : random.nextInt(60));
            }
            cancelOne(random);
            BatchDecision decision = planner.decide(queue, now);
            decision.expired().forEach(row -> end(row, "expired"));
            if (!decision.batch().isEmpty()) {
                run(decision.batch(), random);
                continue;
            }
            checkCeiling(decision);
            now = id < REQUESTS ? Math.min(next, decision.wakeAt()) : decision.wakeAt();
        }
        assertThat(queue).isEmpty();
        assertThat(ended)
                .hasSize(REQUESTS)
                .containsValue("run")
                .containsValue("expired")
                .containsValue("cancelled");
    }

    private void cancelOne(Random random) {
        if (!queue.isEmpty() && random.nextInt(50) == 0) {
            end(queue.get(random.nextInt(queue.size())), "cancelled");
        }
    }

    private void run(List<WaitingRow> batch, Random random) {
        int longest = batch.stream().mapToInt(WaitingRow::length).max().orElseThrow();
        assertThat(batch.size()).isLessThanOrEqualTo(LIMITS.rows());
        assertThat(batch.size() * longest).isLessThanOrEqualTo(LIMITS.tokens());
        assertThat(batch.stream().map(row -> BatchPlanner.bucket(row.length())).distinct())
                .hasSize(1);
        for (WaitingRow row : batch) {
            assertThat(row.expired(now)).isFalse();
            end(row, "run");
        }
        now += 100 + random.nextInt(3_000);
        freeAt = now;
    }

    /** While nothing runs, nobody has waited for the ceiling, and the loop wakes before anybody does. */
    private void checkCeiling(BatchDecision decision) {
        assertThat(now).isGreaterThanOrEqualTo(freeAt);
        for (WaitingRow row : queue) {
            assertThat(now - row.arrived()).isLessThan(LIMITS.ceilingNanos());
            assertThat(decision.wakeAt()).isLessThanOrEqualTo(row.arrived() + LIMITS.ceilingNanos());
        }
    }

    private void end(WaitingRow row, String how) {
        assertThat(queue.remove(row)).as("row %s waits", row).isTrue();
        assertThat(ended.put(row.id(), how)).as("row %s ends once", row).isNull();
    }
}
