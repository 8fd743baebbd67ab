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
 */
public record Assignment(
        long round,
        ModelVersion base,
        Layout layout,
        Instant due,
        FederationSettings settings,
        @Nullable String control) {

    /** Without a control variate. */
    public Assignment(long round, ModelVersion base, Layout layout, Instant due, FederationSettings settings) {
        this(round, base, layout, due, settings, null);
    }
}
