// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Counts of requests under a rollout. Of each model only the versions of its newest rollout have meters. */
final class RolloutCounts {

    /** What became of a request that belonged to a version. */
    enum Outcome {
        /** Its answer has begun well. */
        OK("ok"),
        /** The version failed before a token was sent. */
        ERROR("error"),
        /** The version refused it: its fault, or too much to do. */
        REFUSED("refused"),
        /** No replica had the version ready. */
        ABSENT("absent");

        private final String tag;

        Outcome(String tag) {
            this.tag = tag;
        }
    }

    /** What became of a mirrored request. */
    enum Shadow {
        /** Both versions gave the same answer to the same greedy request. */
        EQUAL("equal"),
        DIFFERENT("different"),
        /** Answered, but two answers to it may differ as they please. */
        SAMPLED("sampled"),
        /** The candidate failed, or took too long. */
        FAILED("failed"),
        /** Its caller left, or the answer was too large. */
        ENDED("ended"),
        /** There was too much to do to mirror it. */
        DROPPED("dropped");

        private final String tag;

        Shadow(String tag) {
            this.tag = tag;
        }
    }

    private static final String REQUESTS = "rivulet.gateway.rollout.requests";
    private static final String SHADOWS = "rivulet.gateway.rollout.shadows";
    private static final String AGREED = "rivulet.gateway.rollout.shadow.agreed";

    private record Meters(Rollout rollout, Set<Meter> all) {}

    private final MeterRegistry meters;
    private final Timer steps;
    private final Map<String, Meters> byModel = new ConcurrentHashMap<>();

    RolloutCounts(MeterRegistry meters) {
        this.meters = meters;
        this.steps = Timer.builder("rivulet.gateway.rollout.step")
                .description("From the registry's decision of a step to the first answer of the candidate in it")
                .register(meters);
    }

    void count(Rollout rollout, String version, Outcome outcome) {
        counter(REQUESTS, "Requests under a rollout, by the version they belonged to", rollout, version, outcome.tag);
    }

    void count(Rollout rollout, Shadow outcome) {
        counter(SHADOWS, "Requests mirrored to a candidate", rollout, rollout.candidate(), outcome.tag);
    }

    /** The candidate has begun the first answer of a step so long after the registry decided it. */
    void stepTaken(Duration after) {
        steps.record(after);
    }

    /** How many characters of two answers that differ are the same from the beginning on. */
    void agreed(Rollout rollout, int characters) {
        each(rollout, () -> {
            DistributionSummary agreed = DistributionSummary.builder(AGREED)
                    .description("Where two answers to the same greedy request begin to differ")
                    .baseUnit("characters")
                    .tag("model", rollout.model())
                    .tag("version", rollout.candidate())
                    .register(meters);
            agreed.record(characters);
            return agreed;
        });
    }

    private void counter(String name, String description, Rollout rollout, String version, String outcome) {
        each(rollout, () -> {
            Counter counter = Counter.builder(name)
                    .description(description)
                    .tag("model", rollout.model())
                    .tag("version", version)
                    .tag("outcome", outcome)
                    .register(meters);
            counter.increment();
            return counter;
        });
    }

    /**
     * Those of a rollout before this one go: there are as many meters as models, not as rollouts there ever were. What comes late of
     * one before is not counted.
     */
    private void each(Rollout rollout, Supplier<Meter> counting) {
        byModel.compute(rollout.model(), (model, known) -> {
            boolean same = known != null && known.rollout().id().equals(rollout.id());
            if (known != null && !same && !rollout.supersedes(known.rollout())) {
                return known;
            }
            if (known != null && !same) {
                known.all().forEach(meters::remove);
            }
            Set<Meter> all = known != null && same ? known.all() : new HashSet<>();
            all.add(counting.get());
            return new Meters(rollout, all);
        });
    }
}
