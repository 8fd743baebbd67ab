// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.inference.execution.Ending.Finished;
import dev.rivulet.inference.execution.Ending.Usage;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.scheduling.StepPlan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Times of stages and steps, and counts of tokens, under our own names and under the field's. */
@Component
class ExecutionMetrics implements LoopListener {

    private final MeterRegistry meters;

    ExecutionMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void stepped(ModelVersion version, StepPlan plan, long nanos) {
        meters.timer("rivulet.inference.step", "model", version.model(), "kind", kind(plan))
                .record(nanos, TimeUnit.NANOSECONDS);
        if (!plan.verifications().isEmpty()) {
            meters.summary("rivulet.inference.speculation.speedup", "model", version.model())
                    .record(plan.speedup());
        }
        if (!plan.preemptions().isEmpty()) {
            meters.counter("vllm:num_preemptions", "model_name", version.model())
                    .increment(plan.preemptions().size());
        }
        if (!plan.yields().isEmpty()) {
            meters.counter("rivulet.inference.yields", "model", version.model())
                    .increment(plan.yields().size());
        }
    }

    private static String kind(StepPlan plan) {
        if (plan.chunks().isEmpty()) {
            return plan.verifications().isEmpty() ? "decode" : "speculative";
        }
        return plan.decodes() ? "mixed" : "prefill";
    }

    @Override
    public void ended(ModelVersion version, Ending ending) {
        String model = version.model();
        StageTimes times = ending.times();
        stage(model, "queue", times.queue());
        stage(model, "prefill", times.prefill());
        stage(model, "decode", times.decode());
        if (times.firstToken() != 0) {
            histogram("vllm:time_to_first_token", model).record(times.queue().plus(times.prefill()));
            int rest = ending.usage().completionTokens() - 1;
            if (rest > 0) {
                histogram("vllm:inter_token_latency", model)
                        .record(times.decode().dividedBy(rest));
            }
        }
        meters.counter("vllm:prompt_tokens", "model_name", model)
                .increment(ending.usage().promptTokens());
        meters.counter("vllm:generation_tokens", "model_name", model)
                .increment(ending.usage().completionTokens());
        prefixes(model, ending.usage());
        drafts(model, ending.usage());
        meters.counter("rivulet.inference.requests", "model", model, "outcome", outcome(ending))
                .increment();
    }

    /** What share of a prompt came from the prefix cache: the mean is the hit ratio. */
    private void prefixes(String model, Usage usage) {
        meters.counter("vllm:prefix_cache_queries", "model_name", model).increment(usage.promptTokens());
        meters.counter("vllm:prefix_cache_hits", "model_name", model).increment(usage.cachedTokens());
        meters.summary("rivulet.inference.prefix.hit.ratio", "model", model)
                .record((double) usage.cachedTokens() / usage.promptTokens());
    }

    private void drafts(String model, Usage usage) {
        meters.counter("vllm:spec_decode_num_draft_tokens", "model_name", model).increment(usage.draftedTokens());
        meters.counter("vllm:spec_decode_num_accepted_tokens", "model_name", model)
                .increment(usage.acceptedTokens());
    }

    private void stage(String model, String stage, Duration duration) {
        meters.timer("rivulet.inference.stage", "model", model, "stage", stage).record(duration);
    }

    private Timer histogram(String name, String model) {
        return Timer.builder(name)
                .tag("model_name", model)
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(2500),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10))
                .register(meters);
    }

    static String outcome(Ending ending) {
        return switch (ending) {
            case Finished finished -> finished.reason().wire();
            case Ending.Cancelled ignored -> "cancelled";
            case Ending.Failed failed -> failed.problem().code().wire();
        };
    }

    @Override
    public void broken(ModelVersion version) {
        meters.counter("rivulet.inference.loops.broken", "model", version.model())
                .increment();
    }
}
