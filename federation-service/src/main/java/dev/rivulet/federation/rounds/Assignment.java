// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.publication.ModelVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a device is to do.
 *
 * @param due after which its update may be late
 * @param control SHA-256 of SCAFFOLD's control variate that goes with the base; null under other strategies
 * @param evaluation whether the base is measured and not trained from
 */
public record Assignment(
        long round,
        ModelVersion base,
        Layout layout,
        Instant due,
        FederationSettings settings,
        @Nullable String control,
        boolean evaluation) {

    /** Without a control variate. */
    public Assignment(long round, ModelVersion base, Layout layout, Instant due, FederationSettings settings) {
        this(round, base, layout, due, settings, null, false);
    }

    /** To train. */
    public Assignment(
            long round,
            ModelVersion base,
            Layout layout,
            Instant due,
            FederationSettings settings,
            @Nullable String control) {
        this(round, base, layout, due, settings, control, false);
    }

    /** The same, to measure. */
    public Assignment measuring() {
        return new Assignment(round, base, layout, due, settings, null, true);
    }
}
