// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Devices as they were read a moment ago, so that a round does not ask the database for each request. What changes through this
 * process is forgotten at once; what another changes is seen when the moment is over. Safe for threads.
 */
final class KnownDevices {

    /** A device and its key, which is costly to read. */
    record Known(Device device, PublicKey key, Instant read) {}

    private final Function<UUID, Optional<Device>> store;
    private final Clock clock;
    private final Duration life;
    private final int most;
    private final Map<UUID, Known> known = new LinkedHashMap<>();
    private long changes;

    /**
     * @param store finds a device where it is kept
     * @param life how long what was read is used
     * @param most devices at a time; the one that was read first goes first
     */
    KnownDevices(Function<UUID, Optional<Device>> store, Clock clock, Duration life, int most) {
        this.store = store;
        this.clock = clock;
        this.life = life;
        this.most = most;
    }

    /** The device of an id; empty if there is none. */
    Optional<Known> find(UUID id) {
        Instant now = clock.instant();
        long before;
        synchronized (known) {
            Known one = known.get(id);
            if (one != null && now.isBefore(one.read().plus(life))) {
                return Optional.of(one);
            }
            before = changes;
        }
        Optional<Known> read = store.apply(id).map(device -> new Known(device, device.key(), now));
        read.ifPresent(one -> keep(one, before));
        return read;
    }

    /** Not if something changed while it was read. */
    private void keep(Known one, long before) {
        synchronized (known) {
            if (changes != before) {
                return;
            }
            known.remove(one.device().id());
            Iterator<UUID> oldest = known.keySet().iterator();
            if (known.size() >= most && oldest.hasNext()) {
                oldest.next();
                oldest.remove();
            }
            known.put(one.device().id(), one);
        }
    }

    /** What is kept of a device has changed: its key, its consent. */
    void changed(UUID id) {
        synchronized (known) {
            changes++;
            known.remove(id);
        }
    }
}
