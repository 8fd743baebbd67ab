// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.execution.StageTimes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The time of every stage of one request, and its {@code Server-Timing} form. */
record StageTiming(Map<String, Duration> stages) {

    /** @param now nanoseconds of the loop's clock, when the answer is ready to leave */
    static StageTiming of(Duration tokenise, StageTimes times, long now) {
        Map<String, Duration> stages = new LinkedHashMap<>();
        stages.put("tokenise", tokenise);
        stages.put("queue", times.queue());
        stages.put("prefill", times.prefill());
        stages.put("decode", times.decode());
        stages.put("postprocess", Duration.ofNanos(Math.max(0, now - times.ended())));
        return new StageTiming(stages);
    }

    /** Such as {@code queue;dur=1.2, tokenise;dur=0.4}, in milliseconds. */
    String header() {
        return stages.entrySet().stream()
                .map(stage -> String.format(
                        Locale.ROOT,
                        "%s;dur=%.3f",
                        stage.getKey(),
                        stage.getValue().toNanos() / 1e6))
                .collect(Collectors.joining(", "));
    }
}
