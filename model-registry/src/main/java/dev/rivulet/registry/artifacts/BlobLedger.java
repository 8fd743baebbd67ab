// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** What keeps the collection of blobs and their use apart, for all instances of the registry. Methods join the caller's transaction. */
public interface BlobLedger {

    /** No blob is collected until the transaction ends; many may hold at once. */
    void hold();

    /** Nobody holds blobs until the transaction ends; waits for those who do. */
    void exclude();

    /** Notes that a blob was asked for. */
    void see(Sha256 blob, Instant at);

    /** When blobs were last asked for; those that never were are left out. */
    Map<Sha256, Instant> seen(Collection<Sha256> blobs);

    /** Forgets blobs that are gone. */
    void forget(Collection<Sha256> blobs);
}
