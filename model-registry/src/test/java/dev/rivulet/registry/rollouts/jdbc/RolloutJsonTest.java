// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.rollouts.RolloutEvent;
import dev.rivulet.registry.rollouts.RolloutEvent.Started;
import dev.rivulet.registry.rollouts.analysis.FeedbackLimits;
import dev.rivulet.registry.rollouts.analysis.ShadowLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RolloutJsonTest {

    /** As release 0.1.0 stored it, before rollouts mirrored requests and heard of feedback. */
    private static final String BEFORE = """
            {"type":"started","model":"assistant","baseline":"1","candidate":"2","salt":"c2FsdA",
             "plan":{"steps":[1,100],"automatic":true,"step_time":"PT1M","hold_time":"PT2M","patience":"PT5M",
                     "prepare_time":"PT10M","quorum":1.0,
                     "limits":{"min_samples":100,"alpha":0.01,"max_latency_ratio":1.25,"max_ttft":"PT30S",
                               "max_itl":"PT1S","max_error_rate":0.05,"error_margin":0.005}},
             "decision":{"by":"ada","reason":"started by hand","evidence":null,"fleet":null}}""";

    @Test
    void aPlanOfBeforeIsReadWithTheUsualValuesOfWhatCameLater() {
        Started started = (Started) RolloutJson.read(BEFORE, RolloutEvent.class);

        assertThat(started.plan().shadowTime()).isEqualTo(Duration.ZERO);
        assertThat(started.plan().limits().feedback()).isEqualTo(FeedbackLimits.USUAL);
        assertThat(started.plan().limits().shadow()).isEqualTo(ShadowLimits.USUAL);
        assertThat(started.plan().limits().minSamples()).isEqualTo(100);
        assertThat(RolloutJson.read(RolloutJson.write(started), RolloutEvent.class))
                .isEqualTo(started);
    }
}
