// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkNoticeTest {

    @Test
    void aNoticeIsReadFromItsPayloadAndNothingElseIs() {
        WorkNotice notice = new WorkNotice("hub", 7);

        assertThat(new String(notice.payload(), StandardCharsets.US_ASCII)).isEqualTo("rivulet-work-1 7");
        assertThat(WorkNotice.of("hub", notice.payload())).contains(notice);
        for (String other :
                List.of("", "rivulet-work-1 0", "rivulet-work-1 -7", "rivulet-work-2 7", "rivulet-work-1 7 ")) {
            assertThat(WorkNotice.of("hub", other.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        }
        assertThat(WorkNotice.of("hub", new byte[100_000])).isEmpty();
    }

    @Test
    void aTopicIsOfOneFederation() {
        assertThat(WorkNotice.topic(WorkNotice.USUAL_PREFIX, "hub")).isEqualTo("rivulet/federation/hub/work");
        for (String name : List.of("", "#", "+", "a/b", "Hub")) {
            assertThatIllegalArgumentException().isThrownBy(() -> WorkNotice.topic("rivulet", name));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> WorkNotice.topic("rivulet/+", "hub"));
    }

    @Test
    void aPasswordGoesOverTlsAloneOrToThisMachine() {
        assertThat(access("ssl://broker.example:8883").toString()).doesNotContain("secret");
        assertThat(access("tcp://127.0.0.1:1883").user()).isEqualTo("device");
        assertThatIllegalArgumentException().isThrownBy(() -> access("tcp://192.0.2.7:1883"));
        assertThatIllegalArgumentException().isThrownBy(() -> access("http://127.0.0.1:1883"));
    }

    private static BrokerAccess access(String address) {
        return new BrokerAccess(URI.create(address), "device", "secret", null, Duration.ofSeconds(1));
    }
}
