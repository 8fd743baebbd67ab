// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.graph.Cut;
import dev.rivulet.graph.Fallback;
import dev.rivulet.graph.Stage;
import dev.rivulet.graph.StageSpec;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BreakersTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Breakers breakers =
            new Breakers(new AssistantProperties.Breaker(4, 2, 50, Duration.ofHours(1)), meters, System::nanoTime);
    private final List<Object> ended = new ArrayList<>();

    @Test
    void aStageThatKeepsFailingIsAskedNoMore() {
        AtomicInteger asked = new AtomicInteger();
        Stage stage = breakers.guarding(
                call -> {
                    asked.incrementAndGet();
                    call.fail(new IllegalStateException("no"));
                    return Stage.Stopping.NOTHING;
                },
                call -> true);

        for (int i = 0; i < 5; i++) {
            stage.begin(call("one"));
        }

        assertThat(asked).hasValue(2);
        assertThat(ended).hasSize(5).last().isInstanceOf(CallNotPermittedException.class);
        assertThat(meters.get("rivulet.assistant.breaker.open")
                        .tag("stage", "one")
                        .gauge()
                        .value())
                .isEqualTo(1);
        stage.begin(call("two"));
        assertThat(asked).as("another stage has a breaker of its own").hasValue(3);
    }

    @Test
    void oneThatIsCutOffAtItsDeadlineHasFailedAndOneThatNobodyWaitsForHasNot() {
        AtomicReference<Cut> stopped = new AtomicReference<>();
        Stage stage = breakers.guarding(call -> stopped::set, call -> true);

        for (int i = 0; i < 4; i++) {
            stage.begin(call("one")).stop(Cut.CANCELLED);
        }
        assertThat(ended).isEmpty();
        stage.begin(call("one")).stop(Cut.DEADLINE);
        stage.begin(call("one")).stop(Cut.DEADLINE);
        assertThat(stopped).hasValue(Cut.DEADLINE);
        stage.begin(call("one"));

        assertThat(ended).singleElement().isInstanceOf(CallNotPermittedException.class);
    }

    private Stage.Call call(String name) {
        StageSpec spec =
                new StageSpec(name, "classify", "m", Map.of(), Duration.ofSeconds(1), Fallback.NONE, true, 1, 1);
        return new Stage.Call() {
            @Override
            public String job() {
                return "job";
            }

            @Override
            public StageSpec stage() {
                return spec;
            }

            @Override
            public Map<String, Object> inputs() {
                return Map.of();
            }

            @Override
            public void succeed(Object value) {
                ended.add(value);
            }

            @Override
            public void fail(Throwable why) {
                ended.add(why);
            }

            @Override
            public void stream(Flow.Publisher<?> parts) {
                ended.add(parts);
            }
        };
    }
}
