// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import dev.rivulet.federated.update.Layout;
import java.time.Instant;
import java.util.Optional;

/** Where layouts and versions are kept; their bytes are elsewhere. */
public interface VersionStore {

    /** Keeps the layout of a new federation. */
    void begin(String federation, Layout layout);

    /** The layout of a federation; empty if there is none of the name. */
    Optional<Layout> layout(String federation);

    /** Keeps a version that is not published; replaces one of the same number that is not published either. */
    void put(ModelVersion version, Instant now);

    /** Publishes a version; nothing happens if it is published already. */
    void publish(String federation, long version, Instant now);

    /** A version, published or not. */
    Optional<ModelVersion> find(String federation, long version);
}
