// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnomalyTest {

    private static final Layout LAYOUT = Layout.flat("w", 200);

    private static Update update(int device, float scale, long seed) {
        Random random = new Random(seed);
        float[] values = new float[LAYOUT.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * (float) (1 + 0.3 * random.nextGaussian());
        }
        return Update.delta("device-" + device, new Parameters(LAYOUT, values), 1, 0);
    }

    @Test
    void whoSendsTheOppositeOrTenTimesAsMuchLiesApart() {
        List<Update> updates = new ArrayList<>();
        for (int k = 0; k < 8; k++) {
            updates.add(update(k, 1, k));
        }
        updates.add(update(8, -1, 8));
        updates.add(update(9, 10, 9));
        List<Anomaly> scores = Anomaly.of(updates);
        assertThat(scores.subList(0, 8)).allSatisfy(honest -> {
            assertThat(honest.distance()).isBetween(0.5, 2.0);
            assertThat(honest.cosine()).isGreaterThan(0.9);
        });
        assertThat(scores.get(8).distance()).isGreaterThan(4);
        assertThat(scores.get(8).cosine()).isLessThan(-0.9);
        assertThat(scores.get(9).distance()).isGreaterThan(20);
        assertThat(scores.get(9).cosine()).isGreaterThan(0.9);
    }

    @Test
    void ofTwoNobodyLiesApart() {
        assertThat(Anomaly.of(List.of(update(0, 1, 0), update(1, -9, 1)))).isEmpty();
    }

    @Test
    void updatesThatAreAllTheSameAreUsual() {
        List<Anomaly> same = Anomaly.of(List.of(update(0, 1, 5), update(1, 1, 5), update(2, 1, 5)));
        assertThat(same).allSatisfy(score -> {
            assertThat(score.distance()).isEqualTo(1);
            assertThat(score.cosine()).isCloseTo(1, within(1e-9));
        });
    }
}
