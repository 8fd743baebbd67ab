// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** Two gateways on one broker: a refresh asked of one reaches the other, without a restart of either. */
class RefreshOverBusIT {

    private static final EmbeddedKafkaKraftBroker BROKER = new EmbeddedKafkaKraftBroker(1, 1);
    private static final Logger PROBED = LoggerFactory.getLogger("dev.rivulet.gateway.probed");

    @TempDir
    private static Path folder;

    private static GatewayFixture one;
    private static GatewayFixture other;

    @BeforeAll
    static void start() throws Exception {
        BROKER.afterPropertiesSet();
        settings(5, "INFO");
        one = gateway("one");
        other = gateway("other");
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
        BROKER.destroy();
    }

    @Test
    void anAdmissionLimitAndALogLevelChangeWhileTheGatewaysRun() throws Exception {
        assertThat(limit(other)).isEqualTo(5);
        settings(9, "DEBUG");
        refresh();
        await().atMost(Duration.ofSeconds(20)).until(() -> limit(other) == 9 && limit(one) == 9);
        await().atMost(Duration.ofSeconds(30)).until(PROBED::isDebugEnabled);

        settings(-1, "INFO");
        refresh();
        await().atMost(Duration.ofSeconds(20)).until(() -> !PROBED.isDebugEnabled());
        assertThat(limit(other))
                .as("a bad limit is refused and the last good one stays")
                .isEqualTo(9);
    }

    private static int limit(GatewayFixture gateway) {
        return (int) gateway.bean(io.micrometer.core.instrument.MeterRegistry.class)
                .get("rivulet.gateway.limit")
                .gauge()
                .value();
    }

    private static void refresh() throws Exception {
        assertThat(one.send(HttpRequest.newBuilder(one.url("/actuator/busrefresh"))
                                .POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(204);
    }

    private static void settings(int concurrency, String level) throws Exception {
        Files.writeString(folder.resolve("settings.yml"), """
                rivulet.admission.concurrency: %d
                logging.level.dev.rivulet.gateway.probed: %s
                """.formatted(concurrency, level));
    }

    private static GatewayFixture gateway(String id) {
        return GatewayFixture.startOn(
                BROKER.getBrokersAsString(),
                "spring.cloud.bus.id=gateway:" + id,
                "spring.config.additional-location="
                        + folder.resolve("settings.yml").toUri());
    }
}
