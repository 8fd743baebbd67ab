// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.aggregation;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.Arrays;
import java.util.List;

/** Under SCAFFOLD an update has twice the values of the model: the difference, then the change of the device's control variate. */
public final class Controls {

    private Controls() {}

    /** What an update looks like on the wire. */
    public static Layout wire(Aggregation aggregation, Layout layout) {
        return aggregation.controlled()
                ? new Layout(List.of(
                        new Layout.Tensor("difference", List.of(layout.size())),
                        new Layout.Tensor("control", List.of(layout.size()))))
                : layout;
    }

    /** The update in the model's tensors, of one in the wire's. */
    public static Update read(Aggregation aggregation, Layout layout, Update wire) {
        if (!aggregation.controlled()) {
            return wire;
        }
        float[] both = wire.values().values();
        int size = layout.size();
        return wire.withDelta(new Parameters(layout, Arrays.copyOf(both, size)))
                .withControl(new Parameters(layout, Arrays.copyOfRange(both, size, 2 * size)));
    }
}
