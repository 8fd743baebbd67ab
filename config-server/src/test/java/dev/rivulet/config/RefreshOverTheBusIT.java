// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.settings.LiveSettings;
import dev.rivulet.settings.SettingsBinder;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A service whose log level and limit change while it runs, after a file of the server changed and the bus told it so: the real
 * server, the real bus, a real broker.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RefreshOverTheBusIT {

    /** The class path of the server holds what a service has not. */
    static final String NO_DATABASE = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration";

    private static final String WATCHED = "dev.rivulet.watched";

    private Path folder;

    private EmbeddedKafkaKraftBroker kafka;
    private RunningServer server;
    private ConfigurableApplicationContext service;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        kafka = new EmbeddedKafkaKraftBroker(1, 1);
        kafka.afterPropertiesSet();
        write("info", "5");
        server = RunningServer.start(
                "--server.port=0",
                "--RIVULET_CONFIG_LOCATION=" + folder,
                "--RIVULET_KAFKA=" + kafka.getBrokersAsString());
        service = new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.application.name=watched-service",
                        "--spring.config.name=none",
                        // The server's library on this class path turns the client off.
                        "--spring.cloud.config.enabled=true",
                        "--spring.config.import=optional:configserver:" + server.url(),
                        "--spring.cloud.config.headers.Authorization=" + RunningServer.BEARER,
                        "--spring.autoconfigure.exclude=" + NO_DATABASE,
                        "--spring.cloud.stream.kafka.binder.brokers=" + kafka.getBrokersAsString());
    }

    @AfterAll
    void stop() {
        service.close();
        server.close();
        kafka.destroy();
    }

    @Test
    @Order(1)
    void theServerAsksForTheToken() throws Exception {
        assertThat(status("GET", "/watched-service/default", null)).isEqualTo(401);
        assertThat(status("GET", "/watched-service/default", "Bearer another-token-0123456789"))
                .isEqualTo(401);
        assertThat(status("POST", "/actuator/busrefresh", null)).isEqualTo(401);
        assertThat(status("GET", "/actuator/health/readiness", null)).isEqualTo(200);
        assertThat(status("GET", "/watched-service/default", RunningServer.BEARER))
                .isEqualTo(200);
        for (String closed : new String[] {"env", "heapdump", "shutdown", "configprops", "beans"}) {
            // The path is also that of the configuration of a service named "actuator".
            assertThat(body("/actuator/" + closed))
                    .as(closed)
                    .doesNotContain("contexts", "activeProfiles", "systemProperties");
        }
    }

    @Test
    @Order(2)
    void theServiceStartsWithWhatTheServerSays() {
        assertThat(limit()).isEqualTo(5);
        assertThat(LoggerFactory.getLogger(WATCHED).isDebugEnabled()).isFalse();
        assertThat(service.getEnvironment().getProperty("management.tracing.sampling.probability"))
                .isEqualTo("0.1");
    }

    @Test
    @Order(3)
    void aLogLevelAndALimitChangeWithoutARestart() throws Exception {
        write("debug", "9");
        refresh();

        patiently().untilAsserted(() -> assertThat(limit()).isEqualTo(9));
        patiently().until(() -> LoggerFactory.getLogger(WATCHED).isDebugEnabled());
    }

    @Test
    @Order(4)
    void aBadValueIsRefusedWithItsReasonAndTheLastGoodOneStays(CapturedOutput output) throws Exception {
        write("debug", "0");
        refresh();

        patiently()
                .untilAsserted(() -> assertThat(output)
                        .contains("New settings watched are refused, the last good ones stay")
                        .contains("watched.limit: must be greater than or equal to 1"));
        assertThat(limit()).isEqualTo(9);
    }

    @Test
    @Order(5)
    void aFileThatCannotBeReadLeavesTheServiceAsItIs(CapturedOutput output) throws Exception {
        Files.writeString(folder.resolve("watched-service.yml"), "watched:\n  limit: [7\n bad");
        refresh();

        patiently()
                .untilAsserted(() -> assertThat(output)
                        .contains("Could not locate PropertySource", "while parsing a flow sequence"));
        assertThat(limit()).isEqualTo(9);
    }

    @Test
    @Order(6)
    void afterBadOnesAGoodValueIsTaken() throws Exception {
        write("warn", "11");
        refresh();

        patiently().untilAsserted(() -> assertThat(limit()).isEqualTo(11));
        patiently().until(() -> !LoggerFactory.getLogger(WATCHED).isInfoEnabled());
    }

    @SuppressWarnings("unchecked")
    private int limit() {
        return ((LiveSettings<WatchedSettings>) service.getBean(LiveSettings.class))
                .get()
                .limit();
    }

    private void write(String level, String limit) throws IOException {
        Files.writeString(
                folder.resolve("watched-service.yml"),
                "logging.level." + WATCHED + ": " + level + "\nwatched.limit: " + limit + "\n");
    }

    private void refresh() throws Exception {
        assertThat(status("POST", "/actuator/busrefresh", RunningServer.BEARER)).isEqualTo(204);
    }

    private int status(String method, String path, @Nullable String authorization) throws Exception {
        return server.call(method, path, null, authorization).statusCode();
    }

    private String body(String path) throws Exception {
        return server.call("GET", path, null).body();
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }

    @ConfigurationProperties("watched")
    record WatchedSettings(@Min(1) @DefaultValue("1") int limit) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {
        @Bean
        LiveSettings<WatchedSettings> watchedSettings(SettingsBinder binder) {
            return binder.bind(WatchedSettings.class);
        }
    }
}
