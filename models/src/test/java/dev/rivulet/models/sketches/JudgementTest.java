// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JudgementTest {

    @Test
    void aReadingMayBeOffByFivePercentOfTheScaleAndNoMore() {
        Gauge gauge = new Gauge(Gauge.Form.PRESSURE_DIAL, 42);
        assertThat(Judgement.names(gauge, "A dial at 4.7 bar.")).isTrue();
        assertThat(Judgement.names(gauge, "The sketch shows a dial at 3.7 bar."))
                .isTrue();
        assertThat(Judgement.names(gauge, "A dial at 4.8 bar.")).isFalse();
        assertThat(Judgement.names(gauge, "A dial at 4.2 %.")).isFalse();
        assertThat(Judgement.names(gauge, "A tank at 4.2 bar.")).isFalse();
        assertThat(Judgement.names(gauge, "")).isFalse();
        assertThat(Judgement.reads(gauge, " 4.4 bar")).isTrue();
        assertThat(Judgement.reads(gauge, "44 °C")).isFalse();
    }

    @Test
    void everythingElseMustBeNamedExactly() {
        assertThat(Judgement.names(Device.LAMP_ON, "A lamp that is on.")).isTrue();
        assertThat(Judgement.names(Device.LAMP_ON, "The sketch shows a lamp that is on."))
                .isTrue();
        assertThat(Judgement.names(Device.LAMP_ON, "A lamp that is off.")).isFalse();
        FloorPlan plan = new FloorPlan(FloorPlan.Shape.L_SHAPE, 3, 2, 1);
        assertThat(Judgement.names(plan, "An L-shaped floor plan with 3 rooms."))
                .isTrue();
        assertThat(Judgement.names(plan, "An L-shaped floor plan with 2 rooms."))
                .isFalse();
    }
}
