// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import dev.rivulet.devices.v1.Capabilities;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Participants that no key stands for: programs of another protocol, which can't sign. Whoever lets one in answers for it. They have
 * no public key, and no signed request is ever theirs. Safe for threads.
 */
@Component
public class Unattested {

    private static final Capabilities PLUGGED =
            Capabilities.newBuilder().setBatteryPercent(100).setCharging(true).build();

    private final UnattestedStore store;
    private final Presence presence;
    private final Clock clock;

    Unattested(UnattestedStore store, Presence presence, Clock clock) {
        this.store = store;
        this.presence = presence;
        this.clock = clock;
    }

    /**
     * The participant of a place in a federation: the same place is the same participant, so that there are no more of them than
     * places.
     *
     * @param place such as {@code flower-3}
     */
    public Device admitted(String federation, String place) {
        UUID id = UUID.nameUUIDFromBytes(("unattested/" + federation + "/" + place).getBytes(StandardCharsets.UTF_8));
        store.admit(id, federation, place, clock.instant());
        return new Device(id, federation, "", true);
    }

    /** It is there. */
    public void heard(Device device) {
        presence.heard(device.id(), PLUGGED);
    }

    /** Ids of a federation's participants that no key stands for. */
    public Set<String> of(String federation) {
        return store.of(federation).stream().map(UUID::toString).collect(Collectors.toUnmodifiableSet());
    }
}
