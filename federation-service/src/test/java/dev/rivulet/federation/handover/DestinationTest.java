// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DestinationTest {

    @Test
    void everyVersionGoesUnlessSomeAreLeftOut() {
        assertThat(new Destination("m", null, null, null).wants(7)).isTrue();
        assertThat(new Destination("m", null, 5, null).wants(10)).isTrue();
        assertThat(new Destination("m", null, 5, null).wants(11)).isFalse();
    }

    @Test
    void whatTheRegistryWouldNotTakeIsToldAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Destination("No Model", null, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Destination("m", null, 0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Destination("m", null, 1, Map.of("candidate", "1")));
    }

    @Test
    void theWaitDoublesUpToTheLongest() {
        HandoverSettings settings = new HandoverSettings(
                URI.create("http://127.0.0.1:1"),
                "secret",
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofMillis(500),
                Duration.ofSeconds(60));
        assertThat(settings.backoff(1)).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.backoff(3)).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.backoff(1000)).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.toString()).doesNotContain("secret");
    }
}
