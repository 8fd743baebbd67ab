// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.SessionKeys;
import dev.rivulet.devices.SignedHead;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private Instant now = Instant.parse("2026-11-01T00:00:00Z");
    private final InstantSource time = () -> now;
    private final Sessions sessions = new Sessions(time.withZone(ZoneOffset.UTC), Duration.ofHours(1), 2);

    private static Device device(int number, String key) {
        return new Device(new UUID(0, number), "hub", key, true);
    }

    /** A session and what signs in it. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Begun(String id, byte[] key) {}

    private Begun begun(Device device) {
        KeyPair own = SessionKeys.generate();
        byte[] half = SessionKeys.raw(own.getPublic());
        Sessions.Opened opened = sessions.open(device, half);
        String id = device.id().toString();
        return new Begun(opened.id(), SessionKeys.agreed(own.getPrivate(), opened.half(), id, half, opened.half()));
    }

    private boolean signs(Device device, Begun begun) {
        SignedHead head =
                new SignedHead(device.id().toString(), "GET", "/", 0, 1, "nonce-of-16-letters", "ab".repeat(32));
        String signature = SessionKeys.sign(begun.key(), begun.id(), head);
        return sessions.verify(device, begun.id(), head, signature).orElse(false);
    }

    @Test
    void aSessionHoldsForItsLifeAndTheKeyThatBeganIt() {
        Device one = device(1, "aa");
        Begun begun = begun(one);
        assertThat(signs(one, begun)).isTrue();
        assertThat(signs(device(1, "bb"), begun)).isFalse();
        assertThat(signs(device(2, "aa"), begun)).isFalse();
        now = now.plus(Duration.ofMinutes(59));
        assertThat(signs(one, begun)).isTrue();
        now = now.plus(Duration.ofMinutes(1));
        assertThat(signs(one, begun)).isFalse();
    }

    @Test
    void ofADeviceTheLatestHoldsAndOfTooManyTheLatest() {
        Device one = device(1, "aa");
        Begun before = begun(one);
        Begun after = begun(one);
        assertThat(signs(one, before)).isFalse();
        assertThat(signs(one, after)).isTrue();
        Begun second = begun(device(2, "aa"));
        Begun third = begun(device(3, "aa"));
        assertThat(signs(one, after)).isFalse();
        assertThat(signs(device(2, "aa"), second)).isTrue();
        assertThat(signs(device(3, "aa"), third)).isTrue();
    }
}
