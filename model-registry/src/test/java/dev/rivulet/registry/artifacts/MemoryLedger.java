// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A ledger in memory for one thread, whose transactions are nothing. */
final class MemoryLedger implements BlobLedger {

    private final Map<Sha256, Instant> seen = new ConcurrentHashMap<>();
    private final AtomicInteger writes = new AtomicInteger();

    /** How often something was noted. */
    int writes() {
        return writes.get();
    }

    @Override
    public void hold() {}

    @Override
    public void exclude() {}

    @Override
    public void see(Sha256 blob, Instant at) {
        writes.incrementAndGet();
        seen.put(blob, at);
    }

    @Override
    public Map<Sha256, Instant> seen(Collection<Sha256> blobs) {
        Map<Sha256, Instant> found = new HashMap<>(seen);
        found.keySet().retainAll(blobs);
        return found;
    }

    @Override
    public void forget(Collection<Sha256> blobs) {
        seen.keySet().removeAll(blobs);
    }
}
