package dev.rivulet.federation.rounds;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.publication.ModelVersion;
import java.time.Instant;

/**
 * What a device is to do.
 *
 * @param due after which its update may be late
 */
public record Assignment(long round, ModelVersion base, Layout layout, Instant due, FederationSettings settings) {}
