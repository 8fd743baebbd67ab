// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateCheckTest {

    private static final Layout LAYOUT = new Layout(
            List.of(new Layout.Tensor("dense.weight", List.of(2, 3)), new Layout.Tensor("dense.bias", List.of(3))));

    private final UpdateCheck check = new UpdateCheck(LAYOUT, new UpdateCheck.Limits(1000, 2, 3, 10));

    private static Parameters values(float... nine) {
        return new Parameters(LAYOUT, nine);
    }

    private static Update good() {
        return Update.delta("a", values(1, 2, 3, 4, 5, 1, 1, 1, 1), 20, 5);
    }

    private void assertRefused(Update update, Reason reason) {
        assertThat(check.judge(update, 7))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void anUpdateOfTheModelsFormIsAccepted() {
        assertThat(check.judge(good(), 7)).isEqualTo(new Accepted<>(good()));
        assertThat(check.judge(good(), 8)).isInstanceOf(Accepted.class);
    }

    @Test
    void oneValueThatIsNoNumberRefusesTheUpdate() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            for (int at = 0; at < 9; at++) {
                float[] nine = new float[9];
                nine[at] = bad;
                assertRefused(Update.delta("a", values(nine), 1, 7), Reason.NOT_FINITE);
                assertRefused(good().withControl(values(nine)), Reason.NOT_FINITE);
            }
        }
    }

    @Test
    void tensorsOfAnotherShapeAreRefused() {
        Parameters other = Parameters.zeros(new Layout(List.of(
                new Layout.Tensor("dense.weight", List.of(3, 2)), new Layout.Tensor("dense.bias", List.of(3)))));
        assertRefused(Update.delta("a", other, 1, 7), Reason.WRONG_SHAPE);
        assertRefused(good().withControl(other), Reason.WRONG_SHAPE);
    }

    @Test
    void weightsBasesLengthsAndMetricsHaveLimits() {
        Parameters one = values(1, 0, 0, 0, 0, 0, 0, 0, 0);
        assertRefused(Update.delta("a", one, 0, 7), Reason.WEIGHT_OUT_OF_RANGE);
        assertRefused(Update.delta("a", one, 1001, 7), Reason.WEIGHT_OUT_OF_RANGE);
        assertRefused(Update.delta("a", one, Double.NaN, 7), Reason.NOT_FINITE);
        assertRefused(Update.delta("a", one, 1, 3), Reason.STALE);
        assertRefused(Update.delta("a", one, 1, 8), Reason.UNKNOWN_BASE);
        assertRefused(Update.delta("a", values(10.1f, 0, 0, 0, 0, 0, 0, 0, 0), 1, 7), Reason.NORM_OUT_OF_RANGE);
        assertThat(check.judge(Update.result("a", values(99, 0, 0, 0, 0, 0, 0, 0, 0), 1, 7), 7))
                .isInstanceOf(Accepted.class);
        Map<String, Double> metrics = new HashMap<>(Map.of("a", 1.0, "b", 2.0));
        assertThat(check.judge(good().withMetrics(metrics), 7)).isInstanceOf(Accepted.class);
        metrics.put("a", Double.NaN);
        assertRefused(good().withMetrics(metrics), Reason.NOT_FINITE);
        metrics.put("c", 3.0);
        assertRefused(good().withMetrics(metrics), Reason.TOO_LARGE);
    }

    @Test
    void aTensorIsFoundByItsName() {
        Parameters model = values(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(model.tensor("dense.bias")).containsExactly(7, 8, 9);
        assertThat(LAYOUT.range("dense.weight")).contains(new Layout.Range(0, 6));
        assertThat(LAYOUT.range("dense")).isEmpty();
        assertThatThrownBy(() -> model.tensor("dense")).hasMessageContaining("dense");
    }

    @Test
    void shapesThatNoModelHasAreRefused() {
        assertThatThrownBy(() -> new Layout.Tensor("a", List.of(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Layout.flat("a", Layout.MOST_VALUES + 1)).hasMessageContaining("more than");
        assertThatThrownBy(() -> new Layout.Tensor("a", List.of(1 << 20, 1 << 20, 1 << 24)))
                .hasMessageContaining("more than");
        Layout.Tensor half = new Layout.Tensor("a", List.of(Layout.MOST_VALUES / 2 + 1));
        assertThatThrownBy(() -> new Layout(List.of(half, new Layout.Tensor("b", half.shape()))))
                .hasMessageContaining("at most");
        assertThatThrownBy(() -> new Layout(List.of(half, half))).hasMessageContaining("twice");
        assertThatThrownBy(() -> new Parameters(LAYOUT, new float[8])).hasMessageContaining("9 values, not 8");
    }
}
