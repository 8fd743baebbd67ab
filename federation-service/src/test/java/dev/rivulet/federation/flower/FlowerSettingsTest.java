// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class FlowerSettingsTest {

    private static FlowerSettings settings(String address, @Nullable Path certificate, @Nullable Path key) {
        return new FlowerSettings(
                "hub",
                address,
                0,
                certificate,
                key,
                null,
                true,
                1,
                DataSize.ofMegabytes(1),
                Duration.ofHours(1),
                Duration.ofSeconds(5));
    }

    @Test
    void othersReachItOnlyWithACertificate() {
        Path file = Path.of("some.pem");
        assertThat(settings("127.0.0.1", null, null).address()).isEqualTo("127.0.0.1");
        assertThat(settings("::1", null, null).address()).isEqualTo("::1");
        assertThat(settings("0.0.0.0", file, file).certificate()).isEqualTo(file);
        assertThatIllegalArgumentException().isThrownBy(() -> settings("0.0.0.0", null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> settings("192.0.2.1", null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> settings("127.0.0.1", file, null));
    }
}
