// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A changed setting reaches a running replica over the bus; a wrong one doesn't. */
class RefreshIT {

    @Test
    void anAdmissionLimitAndALogLevelFollowTheBus(@TempDir Path folder) throws IOException {
        Path live = folder.resolve("live.properties");
        Files.writeString(live, "rivulet.admission.queue=7\n");
        try (KafkaBroker broker = new KafkaBroker();
                Replica replica = Replica.start(
                        "spring.kafka.bootstrap-servers=" + broker.address(),
                        "spring.cloud.bus.enabled=true",
                        "spring.config.import=file:" + live)) {
            assertThat(limit(replica)).isEqualTo(7);
            Files.writeString(live, "rivulet.admission.queue=3\nlogging.level.dev.rivulet.inference.admission=DEBUG\n");
            busRefresh(replica);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(limit(replica)).isEqualTo(3));
            await().untilAsserted(() -> assertThat(LoggerFactory.getLogger("dev.rivulet.inference.admission")
                            .isDebugEnabled())
                    .isTrue());
            Files.writeString(live, "rivulet.admission.queue=-5\nlogging.level.dev.rivulet.inference.admission=INFO\n");
            busRefresh(replica);
            await().untilAsserted(() -> assertThat(LoggerFactory.getLogger("dev.rivulet.inference.admission")
                            .isDebugEnabled())
                    .isFalse());
            assertThat(limit(replica)).isEqualTo(3);
        }
    }

    private static double limit(Replica replica) {
        return replica.bean(MeterRegistry.class)
                .get("rivulet.inference.admission.limit")
                .gauge()
                .value();
    }

    private static void busRefresh(Replica replica) {
        replica.client()
                .post()
                .uri("/actuator/busrefresh")
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
    }
}
