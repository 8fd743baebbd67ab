// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final Offset<Double> NEARLY = within(1e-9);
    private static final Instant AT = Instant.parse("2026-11-27T12:00:00Z");

    private final Window window = new Window(Duration.ofSeconds(5), Duration.ofSeconds(30), 10);

    private static Reading gateway(int second, double ok, double failed) {
        return reading(
                "gateway-service",
                "g:1",
                second,
                requests("m", "ok", ok),
                requests("m", "replica_lost", failed),
                requests("-", "ok", 100.0 * second));
    }

    private static Sample requests(String model, String outcome, double value) {
        return new Sample(Names.REQUESTS, Map.of("model", model, "outcome", outcome), value);
    }

    private static Reading reading(String service, String instance, int second, Sample... samples) {
        return new Reading(service, instance, second * 1_000_000_000L, List.of(samples), null);
    }

    private Figures take(Reading... readings) {
        return window.take(AT, List.of(readings));
    }

    @Test
    void saysNothingFromOneReading() {
        Figures figures = take(gateway(0, 1000, 10));

        assertThat(figures.requestsPerSecond()).isZero();
        assertThat(figures.failures()).isEmpty();
        assertThat(figures.ttft()).isNull();
    }

    @Test
    void takesRatesOverTheLastSecondsAndCountsFailures() {
        take(gateway(0, 1000, 10));
        take(gateway(10, 1000, 10));
        Figures figures = take(gateway(14, 1040, 12));

        assertThat(figures.requestsPerSecond()).isCloseTo(42 / 4.0, NEARLY);
        assertThat(figures.errorsPerSecond()).isCloseTo(2 / 4.0, NEARLY);
        assertThat(figures.failures()).containsExactly(Map.entry("replica_lost", 2L));
    }

    @Test
    void aCounterThatBeganAnewGrewByWhatItHas() {
        take(gateway(0, 1000, 10));
        Figures figures = take(gateway(2, 6, 0));

        assertThat(figures.requestsPerSecond()).isCloseTo(3, NEARLY);
    }

    @Test
    void addsUpInstancesAndForgetsThoseThatAreGone() {
        take(gateway(0, 0, 0), reading("gateway-service", "g:2", 0, requests("m", "ok", 0)));
        Figures both = take(gateway(1, 5, 0), reading("gateway-service", "g:2", 1, requests("m", "ok", 7)));
        Figures one = take(gateway(2, 5, 0));

        assertThat(both.requestsPerSecond()).isCloseTo(12, NEARLY);
        assertThat(one.requestsPerSecond()).isCloseTo(2.5, NEARLY);
        assertThat(one.services()).extracting(Figures.Service::instance).containsExactly("g:1");
    }

    @Test
    void anInstanceThatDoesNotAnswerIsShownAndCountsForNothing() {
        take(gateway(0, 0, 0));
        Figures figures = take(new Reading("gateway-service", "g:1", 1_000_000_000L, List.of(), "It does not answer."));

        assertThat(figures.requestsPerSecond()).isZero();
        assertThat(figures.services())
                .containsExactly(new Figures.Service("gateway-service", "g:1", false, "It does not answer."));
    }

    @Test
    void drawsPercentilesOfTheWindowFromBuckets() {
        take(reading("gateway-service", "g:1", 0, bucket("0.1", 50), bucket("0.5", 50), bucket("+Inf", 50)));
        Figures figures =
                take(reading("gateway-service", "g:1", 1, bucket("0.1", 60), bucket("0.5", 150), bucket("+Inf", 150)));

        // 100 came: 10 within 0.1 s, 90 between 0.1 and 0.5 s.
        Percentiles ttft = Objects.requireNonNull(figures.ttft());
        assertThat(ttft.p50()).isCloseTo(0.1 + 0.4 * 40 / 90, NEARLY);
        assertThat(ttft.p99()).isCloseTo(0.1 + 0.4 * 89 / 90, NEARLY);
        assertThat(ttft.count()).isEqualTo(100);
    }

    @Test
    void whatLiesAboveTheLastBoundIsToldAsThatBound() {
        take(reading("gateway-service", "g:1", 0, bucket("0.1", 0), bucket("+Inf", 0)));
        Figures figures = take(reading("gateway-service", "g:1", 1, bucket("0.1", 1), bucket("+Inf", 10)));

        assertThat(figures.ttft()).isEqualTo(new Percentiles(0.1, 0.1, 0.1, 10));
    }

    private static Sample bucket(String bound, double value) {
        return new Sample(Names.TTFT, Map.of("model", "m", "le", bound), value);
    }

    @Test
    void tellsSlotsBatchAndPrefixHitsOfEachModelAtAReplica() {
        take(replica(0, 0, 0, 0, 0));
        Figures figures = take(replica(1, 40, 10, 30, 60));

        assertThat(figures.models())
                .containsExactly(new Figures.ModelAtReplica("r:1", "m", 16, 3, 0, 2, 1, 0, 0.5, 4.0, 0.02));
        assertThat(figures.tokensPerSecond()).isCloseTo(40, NEARLY);
        assertThat(figures.queue()).isOne();
    }

    private static Reading replica(int second, double tokens, double steps, double hits, double queries) {
        Map<String, String> model = Map.of("model", "m");
        Map<String, String> name = Map.of("model_name", "m");
        Map<String, String> decode = Map.of("model", "m", "kind", "decode");
        return reading(
                "inference-service",
                "r:1",
                second,
                new Sample(Names.SLOTS, model, 16),
                new Sample(Names.ACTIVE, model, 3),
                new Sample(Names.CACHED, model, 2),
                new Sample(Names.WAITING, model, 1),
                new Sample(Names.TOKENS, name, tokens),
                new Sample(Names.STEPS, decode, steps),
                new Sample(Names.STEP_SECONDS, decode, steps * 0.02),
                new Sample(Names.PREFIX_HITS, name, hits),
                new Sample(Names.PREFIX_QUERIES, name, queries));
    }

    @Test
    void addsUpTheLagOfATopicOverPartitionsAndPassesOverTheOldNames() {
        Figures figures = take(reading(
                "gateway-service",
                "g:1",
                0,
                lag("inference.replica.status", "0", 3),
                lag("inference.replica.status", "1", 4),
                lag("inference_replica_status", "1", 4)));

        assertThat(figures.events().lags())
                .containsExactly(new Figures.Lag("gateway-service", "inference.replica.status", 7));
    }

    private static Sample lag(String topic, String partition, double value) {
        return new Sample(Names.TOPIC_LAG, Map.of("topic", topic, "partition", partition), value);
    }
}
