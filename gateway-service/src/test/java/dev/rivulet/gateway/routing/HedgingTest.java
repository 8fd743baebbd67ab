// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.routing.Hedging.Hedge;
import dev.rivulet.gateway.routing.Hedging.Result;
import dev.rivulet.inference.contract.TokenCount;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class HedgingTest {

    private static final Duration FLOOR = Duration.ofMillis(40);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong();

    @Test
    void itIsOffByDefault() {
        HedgeProperties defaults = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("rivulet.routing.hedge", HedgeProperties.class);

        assertThat(defaults.enabled()).isFalse();
        assertThat(hedging(defaults).includes(chat("m", true))).isFalse();
    }

    @Test
    void streamsAndStatelessModelsMayBeAskedTwiceAndWholeGeneratedAnswersMayNot() {
        Hedging hedging = hedging(0, 100);

        assertThat(hedging.includes(chat("m", true))).isTrue();
        assertThat(hedging.includes(ask("m", Endpoint.EMBEDDINGS.path(), false)))
                .isTrue();
        assertThat(hedging.includes(ask("m", Endpoint.RERANK.path(), false))).isTrue();
        assertThat(hedging.includes(ask("m", Endpoint.CLASSIFY.path(), false))).isTrue();
        assertThat(hedging.includes(chat("m", false))).isFalse();
        assertThat(hedging.includes(ask("m", Endpoint.TEXT.path(), false))).isFalse();
        assertThat(hedging.includes(ask("m", TokenCount.PATH, false))).isFalse();
    }

    @Test
    void whatHasTimeIsNotAskedTwice() {
        Ask patient = chat("m", true);
        patient.passage().caller(new Caller("k", Set.of(), Caller.Priority.LOW));

        assertThat(hedging(0, 100).includes(patient)).isFalse();
    }

    @Test
    void whereModelsAreNamedOthersAreNotAskedTwice() {
        Hedging hedging = hedging(new HedgeProperties(true, 0, FLOOR, 100, Set.of("m")));

        assertThat(hedging.includes(chat("m", true))).isTrue();
        assertThat(hedging.includes(chat("n", true))).isFalse();
    }

    @Test
    void withoutAQuantileTheDelayIsTheOneOfTheSettings() {
        assertThat(hedging(0, 100).begin(chat("m", true)).delay()).hasValue(FLOOR);
    }

    @Test
    void withAQuantileItIsThatOfTheModelsRecentTimesOnceEnoughAreKnown() {
        Hedging hedging = hedging(0.9, 100);
        for (int i = 1; i < RecentTimes.ENOUGH; i++) {
            answered(hedging, "m", 100 * i);
        }
        assertThat(hedging.begin(chat("m", true)).delay()).isEmpty();
        answered(hedging, "m", 2_000);

        assertThat(hedging.begin(chat("m", true)).delay()).hasValue(Duration.ofMillis(1_800));
        assertThat(hedging.begin(ask("m", Endpoint.EMBEDDINGS.path(), false)).delay())
                .as("another path has times of its own")
                .isEmpty();
        assertThat(hedging.begin(chat("n", true)).delay())
                .as("and another model")
                .isEmpty();
    }

    @Test
    void theDelayIsNeverShorterThanItsFloor() {
        Hedging hedging = hedging(0.9, 100);
        for (int i = 0; i < RecentTimes.ENOUGH; i++) {
            answered(hedging, "m", 1);
        }

        assertThat(hedging.begin(chat("m", true)).delay()).hasValue(FLOOR);
    }

    @Test
    void theTimesAreThoseOfTheLastAnswers() {
        Hedging hedging = hedging(0.5, 100);
        for (int i = 0; i < 300; i++) {
            answered(hedging, "m", 9_000);
        }
        for (int i = 0; i < 300; i++) {
            answered(hedging, "m", 500);
        }

        assertThat(hedging.begin(chat("m", true)).delay()).hasValue(Duration.ofMillis(500));
    }

    @Test
    void noMoreThanTheBudgetsShareOfRequestsIsSentTwice() {
        Hedging hedging = hedging(0, 5);
        int sent = 0;
        for (int request = 1; request <= 1_000; request++) {
            sent += hedging.begin(chat("m", true)).take() ? 1 : 0;
            assertThat(sent).isLessThanOrEqualTo(request * 5 / 100);
        }

        assertThat(sent).isEqualTo(50);
        assertThat(counted("rivulet.gateway.hedges.withheld", "by", "budget")).isEqualTo(950);
    }

    @Test
    void quietTimesSaveUpForFewOnly() {
        Hedging hedging = hedging(0, 5);
        for (int request = 0; request < 10_000; request++) {
            hedging.begin(chat("m", true));
        }
        int sent = 0;
        while (hedging.begin(chat("m", true)).take()) {
            sent++;
        }

        assertThat(sent).isEqualTo(HedgeBudget.MOST_SAVED);
    }

    @Test
    void whereNobodyTakesItTheBudgetIsGivenBack() {
        Hedging hedging = hedging(0, 100);
        Hedge hedge = hedging.begin(chat("m", true));
        assertThat(hedge.take()).isTrue();
        hedge.nobody();
        hedge.ended(Result.FAILED);

        assertThat(counted("rivulet.gateway.hedges", "result", "failed")).isZero();
        assertThat(counted("rivulet.gateway.hedges.withheld", "by", "replica")).isEqualTo(1);
        assertThat(hedge.take()).isTrue();
        assertThat(hedge.take()).as("the one that was given back").isFalse();
    }

    @Test
    void whatBecameOfASecondAttemptCountsOnce() {
        Hedge hedge = hedging(0, 100).begin(chat("m", true));
        hedge.ended(Result.LOST);
        assertThat(hedge.take()).isTrue();
        hedge.ended(Result.WON);
        hedge.ended(Result.CANCELLED);

        assertThat(counted("rivulet.gateway.hedges", "result", "won")).isEqualTo(1);
        assertThat(counted("rivulet.gateway.hedges", "result", "lost")).isZero();
        assertThat(counted("rivulet.gateway.hedges", "result", "cancelled")).isZero();
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HedgeProperties(true, 0.3, FLOOR, 5, Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new HedgeProperties(true, 1, FLOOR, 5, Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new HedgeProperties(true, 0, Duration.ZERO, 5, Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new HedgeProperties(true, 0, FLOOR, 0, Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new HedgeProperties(true, 0, FLOOR, 101, Set.of()));
    }

    private void answered(Hedging hedging, String model, int millis) {
        Hedge hedge = hedging.begin(chat(model, true));
        now.addAndGet(Duration.ofMillis(millis).toNanos());
        hedge.answered();
    }

    private double counted(String name, String tag, String value) {
        return meters.get(name).tag(tag, value).counter().count();
    }

    private Hedging hedging(double quantile, int budget) {
        return hedging(new HedgeProperties(true, quantile, FLOOR, budget, Set.of()));
    }

    private Hedging hedging(HedgeProperties settings) {
        return new Hedging(settings, meters, now::get);
    }

    private static Ask chat(String model, boolean stream) {
        return ask(model, Endpoint.CHAT.path(), stream);
    }

    private static Ask ask(String model, String path, boolean stream) {
        return new Ask(path, new Envelope(model, stream, 1), new byte[0], Map.of(), new Passage("id", () -> 0));
    }
}
