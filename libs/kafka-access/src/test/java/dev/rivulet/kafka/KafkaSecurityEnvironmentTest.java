// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** One place says how every client of a service connects; config-server is none of those who may. */
class KafkaSecurityEnvironmentTest {

    private static final String JAAS = "spring.cloud.stream.kafka.binder.configuration.sasl.jaas.config";

    private static final DeferredLogFactory LOGS = new DeferredLogFactory() {
        @Override
        public Log getLog(Supplier<Log> destination) {
            return destination.get();
        }
    };

    private static StandardEnvironment environment(Map<String, Object> own, Map<String, Object> configServer) {
        StandardEnvironment environment = new StandardEnvironment();
        Map<String, Object> all = new HashMap<>(own);
        all.put("spring.application.name", "model-registry");
        all.put("spring.cloud.stream.kafka.binder.brokers", "broker:9093");
        environment.getPropertySources().addFirst(new MapPropertySource("configserver:application.yml", configServer));
        environment.getPropertySources().addLast(new MapPropertySource("own", all));
        // What a machine that runs the tests is told must not matter.
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        process(environment);
        return environment;
    }

    private static void process(StandardEnvironment environment) {
        new KafkaSecurityEnvironment(LOGS).postProcessEnvironment(environment, new SpringApplication());
    }

    @Test
    void withoutSettingsNothingIsSaidToClients() {
        assertThat(KafkaConnections.settings(environment(Map.of(), Map.of())))
                .isEqualTo(Map.of("bootstrap.servers", "broker:9093"));
    }

    @Test
    void everyClientIsToldWhomToTrustAndAsWhomToConnect() {
        StandardEnvironment environment = environment(
                Map.of(
                        "RIVULET_KAFKA_PROTOCOL", "SASL_SSL",
                        "RIVULET_KAFKA_PASSWORD", "pa\"ss\\word;#",
                        "RIVULET_KAFKA_CA", "/certs/ca.pem"),
                Map.of());

        Map<String, Object> settings = KafkaConnections.settings(environment);
        assertThat(settings)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("ssl.truststore.location", "/certs/ca.pem")
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.endpoint.identification.algorithm", "https");
        assertThat(environment.getProperty("spring.kafka.properties.sasl.jaas.config"))
                .isEqualTo(settings.get("sasl.jaas.config"));
        Map<String, ?> login = JaasContext.loadClientContext(
                        Map.of("sasl.jaas.config", new Password((String) settings.get("sasl.jaas.config"))))
                .configurationEntries()
                .getFirst()
                .getOptions();
        assertThat(login.get("username")).isEqualTo("model-registry");
        assertThat(login.get("password")).isEqualTo("pa\"ss\\word;#");
    }

    @Test
    void aPasswordMayLieInAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "from-a-file\n");
        StandardEnvironment environment = environment(
                Map.of(
                        "rivulet.kafka.security.protocol", "SASL_PLAINTEXT",
                        "rivulet.kafka.security.username", "somebody",
                        "rivulet.kafka.security.password-file", file.toString()),
                Map.of());
        assertThat(environment.getProperty(JAAS)).contains("\"somebody\"", "\"from-a-file\"");
    }

    @Test
    void whatConfigServerSaysOfLoginsTrustAndClassesIsTakenOutAndTheRestHolds() {
        StandardEnvironment environment = environment(
                Map.of(),
                Map.of(
                        JAAS,
                        "com.sun.security.auth.module.JndiLoginModule required;",
                        "spring.kafka.properties.sasl.oauthbearer.token.endpoint.url",
                        "file:///etc/passwd",
                        "rivulet.kafka.security.protocol",
                        "SASL_PLAINTEXT",
                        "spring.cloud.stream.kafka.binder.configuration.request.timeout.ms",
                        "1234"));
        assertThat(KafkaConnections.settings(environment))
                .isEqualTo(Map.of("bootstrap.servers", "broker:9093", "request.timeout.ms", "1234"));
        assertThat(environment.getProperty("spring.kafka.properties.sasl.oauthbearer.token.endpoint.url"))
                .isNull();
    }

    @Test
    void aRefreshSaysTheSameAgain() {
        StandardEnvironment environment = environment(
                Map.of("RIVULET_KAFKA_PROTOCOL", "SASL_SSL", "RIVULET_KAFKA_PASSWORD", "secret-of-the-test"), Map.of());
        Map<String, Object> before = KafkaConnections.settings(environment);
        process(environment);
        assertThat(KafkaConnections.settings(environment)).isEqualTo(before);
    }

    @Test
    void aUserWithoutAPasswordIsRefusedWithTheSettingThatIsMissing() {
        assertThatThrownBy(() -> environment(Map.of("RIVULET_KAFKA_PROTOCOL", "SASL_SSL"), Map.of()))
                .rootCause()
                .hasMessageContaining("RIVULET_KAFKA_PASSWORD");
    }

    @Test
    void noPasswordIsShown() {
        assertThat(new KafkaSecurity(
                                KafkaSecurity.Protocol.SASL_SSL,
                                "SCRAM-SHA-256",
                                "me",
                                "secret-of-the-test",
                                "",
                                "",
                                KafkaSecurity.TruststoreType.PEM,
                                "another-secret")
                        .toString())
                .isEqualTo("KafkaSecurity[SASL_SSL SCRAM-SHA-256 as me]");
    }
}
