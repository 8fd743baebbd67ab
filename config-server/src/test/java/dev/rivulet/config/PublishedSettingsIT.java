// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.settings.LiveSettings;
import dev.rivulet.settings.SettingsBinder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Settings published through the real server, its real database and the real bus to two running services at two sites. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PublishedSettingsIT {

    private static final String QUEUE = "rivulet.admission.queue";
    private static final String SITE = "/api/config/inference-service/default";
    private static final String PARIS = "/api/config/inference-service/paris";
    private static final String GATEWAY = "/api/config/gateway-service/default";
    private static final String SECRET = "name-of-a-person-under-protection";

    private int port;
    private EmbeddedKafkaKraftBroker kafka;
    private EmbeddedPostgres postgres;
    private RunningServer server;
    private ConfigurableApplicationContext service;
    private ConfigurableApplicationContext atParis;

    /** The service comes first: config-server is down when it boots. */
    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        port = freePort();
        kafka = new EmbeddedKafkaKraftBroker(1, 1);
        kafka.afterPropertiesSet();
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .start();
        service = service("");
        assertThat(queue(service)).as("the default, config-server being away").isEqualTo(256);
        server = RunningServer.start(
                "--server.port=" + port,
                "--RIVULET_CONFIG_BACKEND=jdbc",
                "--RIVULET_CONFIG_DATABASE_URL=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--RIVULET_CONFIG_KEY=0123456789abcdef0123456789abcdef",
                "--RIVULET_CONFIG_LOCATION=" + folder,
                "--RIVULET_KAFKA=" + kafka.getBrokersAsString(),
                "--spring.datasource.hikari.connection-timeout=2000");
        atParis = service("paris");
    }

    @AfterAll
    void stop() throws IOException {
        service.close();
        atParis.close();
        server.close();
        postgres.close();
        kafka.destroy();
    }

    @Test
    @Order(1)
    void a_published_value_reaches_a_service_that_booted_without_the_server_and_it_says_so() throws Exception {
        HttpResponse<String> answer = put(SITE, QUEUE, 0, "40");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"revision\":1", "\"announced\":true", "\"author\":\"ada\"");
        patiently().untilAsserted(() -> assertThat(queue(service)).isEqualTo(40));
        patiently().untilAsserted(() -> assertThat(queue(atParis)).isEqualTo(40));
        patiently().untilAsserted(() -> {
            JsonNode applied = server.get("/api/config/inference-service/applied");
            assertThat(applied.at("/newest/inference-service/default").asInt()).isEqualTo(1);
            assertThat(applied.path("instances")).hasSize(2).allSatisfy(instance -> {
                assertThat(instance.path("state").asString()).isEqualTo("applied");
                assertThat(instance.at("/revisions/inference-service/default").asInt())
                        .isEqualTo(1);
            });
        });
    }

    @Test
    @Order(2)
    void a_site_has_values_of_its_own_over_those_of_every_site() throws Exception {
        assertThat(put(PARIS, QUEUE, 0, "50").statusCode()).isEqualTo(200);

        patiently().untilAsserted(() -> assertThat(queue(atParis)).isEqualTo(50));
        assertThat(queue(service)).isEqualTo(40);
        patiently().untilAsserted(() -> assertThat(states()).containsExactly("applied", "applied"));
    }

    @Test
    @Order(3)
    void a_bad_limit_is_refused_by_the_server_with_its_range_and_stored_nowhere() throws Exception {
        for (String bad : new String[] {"-1", "100001", "many", "", "7.5"}) {
            HttpResponse<String> answer = put(SITE, QUEUE, 1, bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
            assertThat(answer.body())
                    .contains("\"param\":\"" + QUEUE + "\"", "invalid_value", "a whole number from 0 to 100000");
        }
        // One bad value of several keeps all of them out.
        assertThat(revisions(SITE, """
                        {"revision": 1, "set": {"rivulet.admission.queue": "60", "logging.level.dev.rivulet": "loud"}}""").statusCode()).isEqualTo(400);
        assertThat(revisions(SITE, "{\"revision\": 1, \"set\": {\"rivulet.admission.queue\": null}}")
                        .body())
                .contains("name the key in remove");
        assertThat(server.get(SITE).path("revision").asInt()).isEqualTo(1);
        assertThat(queue(service)).isEqualTo(40);
    }

    @Test
    @Order(4)
    void keys_of_spring_and_kafka_and_expressions_are_refused() throws Exception {
        for (String key : new String[] {
            "spring.datasource.url",
            "spring.cloud.stream.kafka.binder.configuration.sasl.jaas.config",
            "spring.kafka.properties.sasl.jaas.config",
            "spring.kafka.properties.sasl.oauthbearer.token.endpoint.url",
            "management.endpoints.web.exposure.include",
            "rivulet.access.token",
            "rivulet.catalog.registry-url",
            "logging.config",
            "SPRING_DATASOURCE_URL",
            "rivulet.admission.queue.spring.x"
        }) {
            HttpResponse<String> answer = put(SITE, key, 1, "com.sun.security.auth.module.JndiLoginModule required;");
            assertThat(answer.statusCode()).as(key).isEqualTo(400);
            assertThat(answer.body()).contains("\"param\":\"" + key + "\"", "GET /api/config/catalogue");
        }
        for (String value :
                new String[] {"#{T(java.lang.Runtime).getRuntime()}", "${RIVULET_INTERNAL_TOKEN}", "{cipher}00"}) {
            assertThat(put(GATEWAY, "rivulet.policy.default-policy", 0, value).statusCode())
                    .as(value)
                    .isEqualTo(400);
        }
        assertThat(put("/api/config/no-such-service/default", QUEUE, 0, "1").statusCode())
                .isEqualTo(404);
        assertThat(put("/api/config/inference-service/..%2Fetc", QUEUE, 0, "1").statusCode())
                .isBetween(400, 499);
        assertThat(atParis.getEnvironment().getProperty("spring.cloud.bus.env.enabled"))
                .as("nobody sets a property of a service by an event of the bus")
                .isEqualTo("false");
    }

    @Test
    @Order(5)
    void who_has_not_seen_the_newest_revision_publishes_nothing() throws Exception {
        HttpResponse<String> late = put(SITE, QUEUE, 0, "70");

        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains("The newest revision is 1, not 0");
        assertThat(server.call("PUT", SITE + "/values/" + QUEUE, "{\"value\": \"70\"}")
                        .body())
                .contains("missing_parameter", "\"param\":\"revision\"");
        assertThat(server.call("PUT", SITE + "/values/" + QUEUE, "{\"value\": \"70\", \"owner\": 1}")
                        .body())
                .contains("unsupported_parameter", "\"param\":\"owner\"");
        assertThat(server.call("GET", SITE, null, null).statusCode()).isEqualTo(401);
    }

    @Test
    @Order(5)
    void a_person_publishes_by_his_role_and_never_reads_what_services_are_served() throws Exception {
        String change = "{\"revision\": 1, \"value\": \"70\"}";
        HttpResponse<String> reader = server.call("PUT", SITE + "/values/" + QUEUE, change, RunningServer.ROB);
        assertThat(reader.statusCode()).isEqualTo(403);
        assertThat(reader.body()).contains("'rob' has not the role operator", "insufficient_scope");
        assertThat(server.call("GET", SITE + "/revisions", null, RunningServer.ROB)
                        .statusCode())
                .isEqualTo(200);
        for (String served : new String[] {
            "/gateway-service/default",
            "/api/config/../gateway-service/default",
            "/api%2Fconfig/x",
            "/actuator/env",
            "/decrypt"
        }) {
            assertThat(server.call("GET", served, null, RunningServer.ADA).statusCode())
                    .as(served)
                    .isBetween(400, 499);
        }
        assertThat(server.call("GET", SITE, null, "Bearer a-token-of-nobody").statusCode())
                .isEqualTo(401);
        assertThat(server.get(SITE).path("revision").asInt()).isEqualTo(1);
    }

    @Test
    @Order(6)
    void a_secret_is_ciphertext_at_rest_plain_for_services_and_masked_for_people(CapturedOutput output)
            throws Exception {
        String key = "rivulet.policy.filters.protected.names[0]";
        HttpResponse<String> published = revisions(GATEWAY, """
                {"revision": 0, "secrets": {"%s": "%s"}, "set": {"rivulet.policy.keys[Team A]": "strict"}}""".formatted(key, SECRET));

        assertThat(published.statusCode()).as(published.body()).isEqualTo(200);
        assertThat(server.served("/gateway-service/default", key)).isEqualTo(SECRET);
        JdbcClient jdbc = server.context().getBean(JdbcClient.class);
        assertThat(jdbc.sql("select value from config_value where secret")
                        .query(String.class)
                        .list())
                .hasSize(1)
                .allSatisfy(value -> assertThat(value).startsWith("{cipher}").doesNotContain(SECRET));
        for (String path : new String[] {GATEWAY, GATEWAY + "/revisions", GATEWAY + "/diff?from=0&to=1"}) {
            assertThat(server.call("GET", path, null).body())
                    .as(path)
                    .contains(key, "******", "strict")
                    .doesNotContain(SECRET, "{cipher}");
        }
        assertThat(published.body()).doesNotContain(SECRET, "{cipher}");
        assertThat(output).doesNotContain(SECRET);
    }

    @Test
    @Order(7)
    void history_says_who_changed_what_and_a_rollback_is_a_new_revision() throws Exception {
        String changes = """
                {"revision": 1, "set": {"rivulet.admission.queue": "80", "logging.level.dev.rivulet": "warn"}}""";
        assertThat(server.call("POST", SITE + "/revisions", changes, RunningServer.ADA)
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.call("DELETE", SITE + "/values/logging.level.dev.rivulet?revision=2", null)
                        .statusCode())
                .isEqualTo(200);
        patiently().untilAsserted(() -> assertThat(queue(service)).isEqualTo(80));

        HttpResponse<String> back = server.call("POST", SITE + "/rollback", "{\"revision\": 3, \"to\": 1}");

        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        assertThat(back.body()).contains("\"revision\":4", "\"restored\":1");
        patiently().untilAsserted(() -> assertThat(queue(service)).isEqualTo(40));
        JsonNode history = server.get(SITE + "/revisions").path("revisions");
        assertThat(history)
                .extracting(revision -> revision.path("revision").asInt())
                .containsExactly(4, 3, 2, 1);
        assertThat(history.valueStream().map(revision -> revision.path("author").asString()))
                .as("ada by her own token, a service by the one that all share; nobody by the header From")
                .containsExactly("service", "service", "ada", "ada");
        JdbcClient jdbc = server.context().getBean(JdbcClient.class);
        assertThatThrownBy(() ->
                        jdbc.sql("update config_revision set author = 'rob'").update())
                .hasMessageContaining("never changed");
        assertThatThrownBy(() -> jdbc.sql("delete from config_change").update()).hasMessageContaining("never changed");
        assertThat(server.get(SITE + "/diff?from=2&to=4").path("changes").toString())
                .isEqualTo("""
                        [{"key":"logging.level.dev.rivulet","before":"warn","secret":false},\
                        {"key":"rivulet.admission.queue","before":"80","after":"40","secret":false}]""");
        assertThat(server.call("GET", SITE + "/diff?from=2&to=9", null).statusCode())
                .isEqualTo(404);
        assertThat(server.get(SITE + "/revisions?limit=1&before=4")
                        .path("revisions")
                        .get(0)
                        .path("revision")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    @Order(8)
    void a_value_that_a_service_refuses_leaves_its_last_good_one_and_is_told_with_the_reason() throws Exception {
        // The server knows the newest release of the service; this one is older and takes less.
        assertThat(put(SITE, QUEUE, 4, "60000").statusCode()).isEqualTo(200);

        patiently().untilAsserted(() -> {
            JsonNode instances =
                    server.get("/api/config/inference-service/applied").path("instances");
            assertThat(instances).anySatisfy(instance -> {
                assertThat(instance.path("state").asString()).isEqualTo("refused");
                assertThat(instance.path("refused").path("rivulet.admission").asString())
                        .contains(QUEUE + ": must be less than or equal to 50000");
            });
        });
        assertThat(queue(service)).isEqualTo(40);
        assertThat(queue(atParis)).as("where the site has its own value").isEqualTo(50);

        assertThat(put(SITE, QUEUE, 5, "90").statusCode()).isEqualTo(200);
        patiently().untilAsserted(() -> assertThat(states()).containsExactly("applied", "applied"));
        assertThat(queue(service)).isEqualTo(90);
    }

    @Test
    @Order(9)
    void without_its_database_the_server_says_so_and_services_keep_what_they_have() throws Exception {
        postgres.close();

        patiently().untilAsserted(() -> {
            HttpResponse<String> answer = put(SITE, QUEUE, 6, "100");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("database_unavailable");
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
        });
        refreshQuietly();
        assertThat(queue(service)).isEqualTo(90);
    }

    @Test
    @Order(10)
    void without_the_server_a_refresh_leaves_a_service_as_it_is() {
        server.close();

        refreshQuietly();

        assertThat(queue(service)).isEqualTo(90);
    }

    /** As the service does when the bus tells it to, but waits for it. */
    private void refreshQuietly() {
        service.getBean(ContextRefresher.class).refresh();
    }

    private Iterable<String> states() throws Exception {
        return server.get("/api/config/inference-service/applied")
                .path("instances")
                .valueStream()
                .map(instance -> instance.path("state").asString())
                .toList();
    }

    private HttpResponse<String> put(String site, String key, long revision, String value) throws Exception {
        String body = JsonMapper.shared().writeValueAsString(Map.of("revision", revision, "value", value));
        return server.call("PUT", site + "/values/" + key, body, RunningServer.ADA);
    }

    private HttpResponse<String> revisions(String site, String body) throws Exception {
        return server.call("POST", site + "/revisions", body);
    }

    @SuppressWarnings("unchecked")
    private static int queue(ConfigurableApplicationContext service) {
        return ((LiveSettings<OlderAdmission>) service.getBean(LiveSettings.class))
                .get()
                .queue();
    }

    private ConfigurableApplicationContext service(String profile) {
        return new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.application.name=inference-service",
                        "--spring.config.name=none",
                        "--spring.profiles.active=" + profile,
                        // What is random in the default is the same for both in this one process.
                        "--spring.cloud.bus.id=inference-service:in-test:" + (profile.isEmpty() ? "anywhere" : profile),
                        "--spring.cloud.config.enabled=true",
                        "--spring.config.import=optional:configserver:http://127.0.0.1:" + port,
                        "--spring.cloud.config.headers.Authorization=" + RunningServer.BEARER,
                        "--spring.autoconfigure.exclude=" + RefreshOverTheBusIT.NO_DATABASE,
                        "--spring.cloud.stream.kafka.binder.brokers=" + kafka.getBrokersAsString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(90)).ignoreExceptions();
    }

    @ConfigurationProperties("rivulet.admission")
    record OlderAdmission(
            @Min(0) @Max(50_000) @DefaultValue("256") int queue) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {
        @Bean
        LiveSettings<OlderAdmission> admission(SettingsBinder binder) {
            return binder.bind(OlderAdmission.class);
        }
    }
}
