// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.scheduling.Signal.Submitted;
import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two tenants that always have more to ask than there are slots and one that asks a while after its last answer, in virtual
 * time: a decode step takes 20 ms, a prompt token 1 ms. Run with {@code -Drivulet.seed=n} for another seed.
 */
class FairShareSimulation {

    private static final long MILLI = 1_000_000;
    private static final long END = Duration.ofMinutes(3).toNanos();
    private static final long DECODE = 20 * MILLI;
    private static final int SLOTS = 8;
    private static final int PROMPT = 50;
    private static final int STEP_TOKENS = 128;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final SchedulingLimits UNFAIR = new SchedulingLimits(
            SLOTS, 64, STEP_TOKENS, STEP_TOKENS, 0.75, 0, HOUR, HOUR, Duration.ofSeconds(10), HOUR);
    private static final String POLITE = "polite";

    /** What is known of a request, in nanoseconds of the simulation. */
    private static final class Asked {
        private final String tenant;
        private final long at;
        private final int answer;
        private long seated = -1;
        private long firstToken = -1;
        private long ended = -1;
        private int yields;

        Asked(String tenant, long at, int answer) {
            this.tenant = tenant;
            this.at = at;
            this.answer = answer;
        }

        @Override
        public String toString() {
            return tenant + " asked at " + at / MILLI + " ms, got a slot at " + seated / MILLI + ", the first token at "
                    + firstToken / MILLI + ", ended at " + ended / MILLI;
        }
    }

    private SplittableRandom random = new SplittableRandom();
    private final Map<SequenceId, Asked> asked = new HashMap<>();
    private final List<Signal> arrivals = new ArrayList<>();
    private BatchState state = BatchState.empty(UNFAIR);
    private long now;
    private long longestStep;
    private long politeAt;
    private int mostAside;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoHasNoSlotBeginsWithTheNextStepHoweverMuchOthersAsk(long offset) {
        for (int answer : new int[] {10, 100}) {
            double calm = run(offset, UNFAIR, 0, answer);
            run(offset, UNFAIR, 12, answer);
            double unfair = politeFirstToken(0.99);
            long served = ended();
            double fair = run(offset, UNFAIR.settingAside(1, Duration.ZERO), 12, answer);
            System.out.printf(
                    "seed %d, answers of %d: polite p99 calm %.0f ms, first come first served %.0f ms, fair %.0f ms; served %d of %d%n",
                    seed(offset), answer, calm, unfair, fair, ended(), served);
            assertThat(of(POLITE))
                    .as("seed " + seed(offset))
                    .hasSizeGreaterThan(25)
                    .allSatisfy(one -> assertThat(one.yields).isZero());
            assertThat(politeWait(0.98))
                    .as("the step that ran when it came, unless the spare slot was taken; seed " + seed(offset))
                    .isLessThanOrEqualTo((double) longestStep / MILLI);
            assertThat(fair).as("seed " + seed(offset)).isLessThanOrEqualTo(1.5 * calm);
            assertThat(fair).as("seed " + seed(offset)).isLessThan(unfair / 2);
            assertThat((double) ended()).as("seed " + seed(offset)).isGreaterThan(0.95 * served);
            assertThat(mostAside).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void whoYieldedGoesOnBeforeNewOnesAndYieldsOnce(long offset) {
        run(offset, UNFAIR.settingAside(2, Duration.ofMillis(15)), 12, 40);
        List<Asked> yielded =
                asked.values().stream().filter(one -> one.yields > 0).toList();
        long longest = asked.values().stream()
                .filter(one -> one.yields == 0 && one.ended >= 0 && !one.tenant.equals(POLITE))
                .mapToLong(one -> one.ended - one.seated)
                .max()
                .orElseThrow();
        assertThat(yielded).as("seed " + seed(offset)).isNotEmpty().allSatisfy(one -> {
            assertThat(one.yields).isEqualTo(1);
            assertThat(one.ended).as("nobody is set aside for ever").isPositive();
            assertThat(one.ended - one.seated).isLessThan(3 * longest);
        });
        assertThat(of("greedy-1").size())
                .as("greedy ones share evenly, seed " + seed(offset))
                .isBetween(of("greedy-2").size() * 9 / 10, of("greedy-2").size() * 11 / 10);
    }

    private static long seed(long offset) {
        return Long.getLong("rivulet.seed", 20_261_128L) + offset;
    }

    /** Three minutes; the polite tenant's 99th percentile of the time to the first token in milliseconds. */
    private double run(long offset, SchedulingLimits limits, int greedy, int answer) {
        random = new SplittableRandom(seed(offset));
        state = BatchState.empty(limits);
        asked.clear();
        now = 0;
        longestStep = 0;
        politeAt = 0;
        mostAside = 0;
        while (now < END || !state.isEmpty()) {
            arrive(now < END ? greedy : 0, answer);
            state = state.signalled(arrivals);
            arrivals.clear();
            StepPlan plan = Scheduler.plan(state, now);
            if (plan.idle()) {
                assertThat(state.isEmpty())
                        .as("an idle plan has nobody to serve")
                        .isTrue();
                now = Math.max(now + MILLI, politeAt);
            }
            step(plan);
        }
        return politeFirstToken(0.99);
    }

    private void arrive(int greedy, int answer) {
        for (String tenant : List.of("greedy-1", "greedy-2")) {
            long inside = state.sequences().stream()
                    .filter(sequence -> sequence.tenant().equals(tenant))
                    .count();
            for (long more = inside; more < greedy; more++) {
                submit(tenant, now, 1 + random.nextInt(2 * answer));
            }
        }
        if (politeAt <= now && politeAt < END) {
            submit(POLITE, politeAt, answer);
            politeAt = Long.MAX_VALUE;
        }
    }

    private void submit(String tenant, long at, int answer) {
        SequenceId id = new SequenceId(asked.size() + 1);
        asked.put(id, new Asked(tenant, at, answer));
        Terms terms = new Terms(tenant, Priority.NORMAL, OptionalLong.empty());
        arrivals.add(new Submitted(id, PROMPT, answer, terms, Prefix.NONE, at));
    }

    private void step(StepPlan plan) {
        int tokens = plan.chunks().stream().mapToInt(Chunk::tokens).sum();
        long decode = plan.rows().isEmpty() ? 0 : DECODE;
        long took = decode + tokens * MILLI;
        plan.seatings().forEach(seating -> of(seating.id()).seated = now);
        plan.yields().forEach(id -> of(id).yields++);
        assertThat(plan.rows()).hasSizeLessThanOrEqualTo(SLOTS);
        mostAside = Math.max(mostAside, (int) plan.arranged().sequences().stream()
                .filter(SequenceState::aside)
                .count());
        now += took;
        longestStep = Math.max(longestStep, took);
        List<Progress> progress = new ArrayList<>();
        for (SequenceState sequence : plan.arranged().sequences()) {
            advance(plan, sequence, progress);
        }
        state = state.apply(new StepOutcome(plan, progress, List.of(), decode, took - decode, now));
    }

    private void advance(StepPlan plan, SequenceState sequence, List<Progress> progress) {
        int computed = sequence.computed() + (plan.rows().contains(sequence.id()) ? 1 : 0);
        for (Chunk chunk : plan.chunks()) {
            computed += chunk.id().equals(sequence.id()) ? chunk.tokens() : 0;
        }
        if (computed == sequence.computed()) {
            return;
        }
        assertThat(sequence.running()).as("only those that run get on").isTrue();
        Asked one = of(sequence.id());
        int generated = sequence.generated() + (computed == sequence.total() ? 1 : 0);
        if (generated == 1 && one.firstToken < 0) {
            one.firstToken = now;
        }
        boolean end = generated >= one.answer;
        one.ended = end ? now : -1;
        if (end && one.tenant.equals(POLITE)) {
            politeAt = now + 50 * MILLI + random.nextLong(1_000 * MILLI);
        }
        progress.add(new Progress(sequence.id(), computed, generated, true, end, List.of()));
    }

    private Asked of(SequenceId id) {
        return asked.getOrDefault(id, new Asked("", 0, 0));
    }

    private List<Asked> of(String tenant) {
        return asked.values().stream().filter(one -> one.tenant.equals(tenant)).toList();
    }

    private long ended() {
        return asked.values().stream()
                .filter(one -> one.ended >= 0 && one.ended < END)
                .count();
    }

    private double politeFirstToken(double quantile) {
        return quantile(quantile, of(POLITE).stream().mapToDouble(one -> (double) (one.firstToken - one.at) / MILLI));
    }

    private double politeWait(double quantile) {
        return quantile(quantile, of(POLITE).stream().mapToDouble(one -> (double) (one.seated - one.at) / MILLI));
    }

    private static double quantile(double quantile, DoubleStream some) {
        double[] waits = some.toArray();
        Arrays.sort(waits);
        return waits[(int) (quantile * (waits.length - 1))];
    }
}
