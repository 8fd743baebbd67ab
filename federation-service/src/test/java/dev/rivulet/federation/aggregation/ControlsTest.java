// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.aggregation.Aggregation.Kind;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ControlsTest {

    private static final Layout LAYOUT = Layout.flat("w", 2);

    @Test
    void underScaffoldAnUpdateIsADifferenceAndThenAChange() {
        Aggregation scaffold = new Aggregation(
                Kind.SCAFFOLD,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                3,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        Layout wire = Controls.wire(scaffold, LAYOUT);
        assertThat(wire.size()).isEqualTo(4);
        Update read = Controls.read(
                scaffold, LAYOUT, Update.delta("a", new Parameters(wire, new float[] {1, 2, 3, 4}), 5, 6));
        assertThat(read.values().values()).containsExactly(1, 2);
        assertThat(Objects.requireNonNull(read.control()).values()).containsExactly(3, 4);
        assertThat(read.baseVersion()).isEqualTo(6);
        assertThat(Controls.wire(Aggregation.FED_AVG, LAYOUT)).isEqualTo(LAYOUT);
    }
}
