// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.aggregation.Combination.Arrival;
import dev.rivulet.federated.aggregation.Combination.Weights;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.MultiKrum;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.ServerStateCodec;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.aggregation.Aggregation.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class AggregationTest {

    private static final Layout LAYOUT = Layout.flat("w", 5);
    private static final int DEVICES = 11;
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private static Aggregation of(Kind kind) {
        return read("""
                {"strategy": "%s", "population": 11, "lipschitz": 10, "bound": 2}""".formatted(kind));
    }

    private static Aggregation read(String json) {
        return JSON.readValue(json, Aggregation.class);
    }

    private static List<Update> updates(Aggregation aggregation, ServerState state, long seed) {
        Random random = new Random(seed);
        List<Update> all = new ArrayList<>();
        int count = aggregation.mixes() ? 1 : DEVICES;
        for (int k = 0; k < count; k++) {
            float[] values = new float[LAYOUT.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            Parameters delta = new Parameters(LAYOUT, values);
            Update update = Update.delta("device-" + k, delta, 1 + random.nextInt(50), state.version())
                    .withMetrics(Map.of(Update.LOSS_BEFORE, random.nextDouble()));
            all.add(aggregation.controlled() ? update.withControl(delta) : update);
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void eachStrategyGivesTheSameBitsInAnyOrderAndAfterItsStateWasReadAgain(Kind kind) {
        Aggregation aggregation = of(kind);
        ServerState state = aggregation.made().begin(new Parameters(LAYOUT, new float[] {1, 2, 3, 4, 5}));
        for (int round = 0; round < 3; round++) {
            List<Update> updates = updates(aggregation, state, round);
            List<Update> shuffled = new ArrayList<>(updates);
            Collections.shuffle(shuffled, new Random(99));
            ServerState next = aggregation.next(state, updates);
            assertThat(next.version()).isEqualTo(round + 1);
            assertThat(next.model()).isNotEqualTo(state.model());
            assertThat(aggregation.next(state, shuffled).model()).isEqualTo(next.model());
            byte[] kept = ServerStateCodec.write(next);
            ServerState again = value(kept, aggregation, next);
            assertThat(ServerStateCodec.write(again)).isEqualTo(kept);
            state = again;
        }
    }

    private static ServerState value(byte[] bytes, Aggregation aggregation, ServerState like) {
        return ((Accepted<ServerState>) ServerStateCodec.read(bytes, aggregation.made(), like.version(), like.model()))
                .value();
    }

    @ParameterizedTest
    @EnumSource
    void settingsAreTheSameAfterTheyWereWrittenDown(Kind kind) {
        Aggregation aggregation = of(kind);
        assertThat(read(JSON.writeValueAsString(aggregation))).isEqualTo(aggregation);
        assertThat(aggregation.combination().conflicts()).isEmpty();
    }

    @Test
    void whatMustBeGivenIsAskedFor() {
        assertThatThrownBy(() -> Aggregation.of(Kind.SCAFFOLD)).hasMessageContaining("population");
        assertThatThrownBy(() -> Aggregation.of(Kind.Q_FED_AVG)).hasMessageContaining("lipschitz");
        assertThatThrownBy(() -> Aggregation.of(Kind.NORM_BOUNDING)).hasMessageContaining("bound");
        assertThatThrownBy(() -> new Aggregation(Kind.FED_AVG, 0, 0.1)).hasMessageContaining("server_rate");
        assertThatThrownBy(() -> new Aggregation(Kind.TRIMMED_MEAN, 1, 0.5)).hasMessageContaining("trim");
    }

    @Test
    void usualValuesSuitTheRound() {
        assertThat(Aggregation.FED_AVG.made()).isEqualTo(FedAvg.PLAIN);
        assertThat(Aggregation.of(Kind.MULTI_KRUM).made(10)).isEqualTo(new MultiKrum(1, 9));
        assertThat(Aggregation.of(Kind.BULYAN).made().least()).isEqualTo(7);
        assertThat(of(Kind.FED_BUFF).asynchronous()).isTrue();
        assertThat(of(Kind.FED_BUFF).factor(3)).isEqualTo(0.5);
        assertThat(of(Kind.FED_AVG).mostStaleness()).isZero();
    }

    @Test
    void aMeanAtAnyTimeIsRefusedWithTheReason() {
        Aggregation mean = read("{\"strategy\": \"FED_AVG\", \"arrival\": \"ANY_TIME\"}");
        assertThat(mean.combination().arrival()).isEqualTo(Arrival.ANY_TIME);
        assertThat(mean.combination().conflicts())
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.mend()).contains("FedBuff"));
        Aggregation median = read("{\"strategy\": \"MEDIAN\", \"weights\": \"EXAMPLES\"}");
        assertThat(median.combination().conflicts()).extracting(it -> it.code()).contains("robust-needs-equal-weights");
    }

    @Test
    void withEqualWeightsExamplesDoNotCount() {
        Aggregation equal = read("{\"strategy\": \"FED_AVG\", \"weights\": \"EQUAL\"}");
        Parameters zero = Parameters.zeros(Layout.flat("w", 1));
        List<Update> two = List.of(
                Update.delta("a", new Parameters(zero.layout(), new float[] {1}), 99, 0),
                Update.delta("b", new Parameters(zero.layout(), new float[] {3}), 1, 0));
        assertThat(equal.next(0, zero, two).values()).containsExactly(2);
        assertThat(Aggregation.FED_AVG.next(0, zero, two).values()).containsExactly(1.02f);
        assertThat(equal.combination().weights()).isEqualTo(Weights.EQUAL);
    }
}
