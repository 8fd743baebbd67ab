// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import dev.rivulet.devices.SessionKeys;
import dev.rivulet.devices.SignedHead;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Keys that stand for devices' signatures, one a device, in memory alone: a device that is not known here signs itself. Safe for threads. */
final class Sessions {

    /**
     * A key under which a device signs.
     *
     * @param publicKey of the device when the session began: with another one the session is over
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Session(String id, String publicKey, byte[] key, Instant end) {}

    /**
     * What a device is told of its session.
     *
     * @param half of the federation, raw
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Opened(String id, byte[] half, Duration life) {}

    private final Clock clock;
    private final Duration life;
    private final int most;
    private final Map<UUID, Session> sessions = new LinkedHashMap<>();

    /**
     * @param life of a session at most
     * @param most at a time; the one that was begun first goes first
     */
    Sessions(Clock clock, Duration life, int most) {
        this.clock = clock;
        this.life = life;
        this.most = most;
    }

    /**
     * Begins the session of a device, in place of one that it has.
     *
     * @param half of the device, raw
     * @throws IllegalArgumentException if it is none
     */
    Opened open(Device device, byte[] half) {
        KeyPair own = SessionKeys.generate();
        byte[] ofFederation = SessionKeys.raw(own.getPublic());
        byte[] key = SessionKeys.agreed(own.getPrivate(), half, device.id().toString(), half, ofFederation);
        String id = UUID.randomUUID().toString();
        Session session =
                new Session(id, device.publicKey(), key, clock.instant().plus(life));
        synchronized (sessions) {
            sessions.remove(device.id());
            Iterator<UUID> oldest = sessions.keySet().iterator();
            if (sessions.size() >= most && oldest.hasNext()) {
                oldest.next();
                oldest.remove();
            }
            sessions.put(device.id(), session);
        }
        return new Opened(id, ofFederation, life);
    }

    /**
     * Whether a request was signed in the session of its device.
     *
     * @return empty if the device has no such session, or had it with another key
     */
    Optional<Boolean> verify(Device device, String session, SignedHead head, String signature) {
        Session known;
        synchronized (sessions) {
            known = sessions.get(device.id());
        }
        return Optional.ofNullable(known)
                .filter(one -> one.id().equals(session)
                        && one.publicKey().equals(device.publicKey())
                        && clock.instant().isBefore(one.end()))
                .map(one -> SessionKeys.verify(one.key(), session, head, signature));
    }
}
