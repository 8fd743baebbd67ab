// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Bytes of models by their digests, so many together; what was used longest ago goes first. Safe for threads. */
final class PinnedModels {

    private static final int FIRST = 16;
    private static final float LOAD = 0.75f;

    private final long most;
    private final Map<String, byte[]> pinned = new LinkedHashMap<>(FIRST, LOAD, true);
    private long held;

    /** @param most bytes of all together; a model that is longer is not kept */
    PinnedModels(long most) {
        this.most = most;
    }

    synchronized Optional<byte[]> find(String sha256) {
        return Optional.ofNullable(pinned.get(sha256));
    }

    /** Keeps bytes, which nobody may write to any more. */
    synchronized void pin(String sha256, byte[] bytes) {
        if (bytes.length > most || pinned.containsKey(sha256)) {
            return;
        }
        Iterator<byte[]> oldest = pinned.values().iterator();
        while (held + bytes.length > most && oldest.hasNext()) {
            held -= oldest.next().length;
            oldest.remove();
        }
        pinned.put(sha256, bytes);
        held += bytes.length;
    }
}
