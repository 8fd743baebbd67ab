// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federation.publication.PublicationSettings;
import dev.rivulet.federation.updates.UpdateFiles.Place;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class UpdateFilesTest {

    private static final Place PLACE = new Place("wards", 3, new UUID(0, 7));
    private static final byte[] FIRST = {1, 2, 3};
    private static final byte[] OTHER = {4, 5, 6, 7};

    private UpdateFiles files;

    @BeforeEach
    void begin(@TempDir Path folder) {
        files = new UpdateFiles(new PublicationSettings(folder, DataSize.ofBytes(0)), JsonMapper.shared());
    }

    @Test
    void whatWasSettledStaysWhenTheDeviceAnnouncesAndSendsOtherBytes() {
        send(FIRST);
        files.settle(PLACE, DeviceKeys.sha256(FIRST), FIRST);
        send(OTHER);

        assertThat(files.settled(PLACE, DeviceKeys.sha256(FIRST))).isEqualTo(FIRST);
        assertThat(files.read(PLACE)).isEqualTo(OTHER);
        assertThat(files.settled(PLACE, DeviceKeys.sha256(OTHER))).isEmpty();
        files.settle(PLACE, DeviceKeys.sha256(OTHER), OTHER);
        assertThat(files.settled(PLACE, DeviceKeys.sha256(OTHER))).isEqualTo(OTHER);
    }

    @Test
    void settlingTwiceIsSettlingOnceAndARoundThatIsOverLeavesNothing() {
        send(FIRST);
        files.settle(PLACE, DeviceKeys.sha256(FIRST), FIRST);
        files.settle(PLACE, DeviceKeys.sha256(FIRST), FIRST);
        assertThat(files.length(PLACE)).isEqualTo(FIRST.length);

        files.forget("wards", 3);

        assertThat(files.settled(PLACE, DeviceKeys.sha256(FIRST))).isEmpty();
        assertThat(files.length(PLACE)).isZero();
    }

    private void send(byte[] bytes) {
        files.announce(PLACE, new Announcement(3, bytes.length, DeviceKeys.sha256(bytes), 2, 1, Map.of()));
        files.append(PLACE, 0, bytes);
    }

    @Test
    void whatCameWholeStaysWhenTheDeviceAnnouncesItAgainInParts() {
        files.keep(PLACE, DeviceKeys.sha256(FIRST), FIRST);
        files.keep(PLACE, DeviceKeys.sha256(FIRST), FIRST);
        files.announce(PLACE, new Announcement(3, FIRST.length, DeviceKeys.sha256(FIRST), 2, 1, Map.of()));

        assertThat(files.settled(PLACE, DeviceKeys.sha256(FIRST))).isEqualTo(FIRST);
        assertThat(files.length(PLACE)).isZero();
    }
}
