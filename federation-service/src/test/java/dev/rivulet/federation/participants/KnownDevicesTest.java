// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.DeviceKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KnownDevicesTest {

    private final Map<UUID, Device> stored = new HashMap<>();
    private final UUID id = UUID.randomUUID();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int reads;

    private final KnownDevices devices = new KnownDevices(
            asked -> {
                reads++;
                return Optional.ofNullable(stored.get(asked));
            },
            ((InstantSource) () -> now).withZone(ZoneOffset.UTC),
            Duration.ofSeconds(10),
            2);

    private Device device(UUID of, boolean participating) {
        String key =
                HexFormat.of().formatHex(DeviceKeys.raw(DeviceKeys.generate().getPublic()));
        Device device = new Device(of, "hub", key, participating);
        stored.put(of, device);
        return device;
    }

    @Test
    void aDeviceIsReadOnceInAMomentAndAgainAfterIt() {
        Device device = device(id, true);
        assertThat(devices.find(id).orElseThrow().device()).isEqualTo(device);
        assertThat(devices.find(id).orElseThrow().key()).isEqualTo(device.key());
        assertThat(reads).isEqualTo(1);
        now = now.plusSeconds(10);
        devices.find(id);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void whatChangesHereIsSeenAtOnce() {
        device(id, true);
        devices.find(id);
        device(id, false);
        devices.changed(id);
        assertThat(devices.find(id).orElseThrow().device().participating()).isFalse();
    }

    @Test
    void aDeviceThatIsUnknownIsAskedForAgainAndNoMoreAreKeptThanAllowed() {
        assertThat(devices.find(id)).isEmpty();
        device(id, true);
        assertThat(devices.find(id)).isPresent();
        UUID second = UUID.randomUUID();
        UUID third = UUID.randomUUID();
        device(second, true);
        device(third, true);
        devices.find(second);
        devices.find(third);
        assertThat(reads).isEqualTo(4);
        devices.find(third);
        assertThat(reads).isEqualTo(4);
        devices.find(id);
        assertThat(reads).isEqualTo(5);
    }
}
