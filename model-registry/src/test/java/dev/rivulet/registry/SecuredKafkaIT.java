// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.EventType;
import dev.rivulet.events.KafkaAcls;
import dev.rivulet.events.Topic;
import dev.rivulet.kafka.KafkaAccessAutoConfiguration;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;

/** On a broker with TLS, SCRAM and the catalogue's ACLs each service does its work, and nobody does another's. */
@GuardedRegistry
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredKafkaIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ByteArraySerializer BYTES = new ByteArraySerializer();
    private static final ByteArrayDeserializer FROM_BYTES = new ByteArrayDeserializer();

    @LocalServerPort
    private int port;

    @Autowired
    private Broker broker;

    /** All topics there are, made by those who may, each with a record of the operator's. */
    @BeforeAll
    void theTopicsAreThere() throws Exception {
        for (String service : KafkaAcls.principals()) {
            try (Admin admin = Admin.create(as(service))) {
                for (Topic topic : EventType.topicsOwnedBy(service)) {
                    make(admin, topic);
                }
            }
        }
        try (KafkaProducer<byte[], byte[]> operator =
                new KafkaProducer<>(Map.of("bootstrap.servers", broker.address()), BYTES, BYTES)) {
            for (EventType<?> type : EventType.ALL) {
                assertThat(writes(operator, type.topic())).isTrue();
            }
        }
    }

    private static void make(Admin admin, Topic topic) throws Exception {
        NewTopic fresh = new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty());
        try {
            admin.createTopics(List.of(fresh.configs(topic.settings()))).all().get();
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicExistsException.class);
        }
    }

    @Test
    void theRegistryMakesItsTopicsHoldsThemAgainstTheCatalogueAndTellsWhatChanges() {
        Client client = new Client(port);
        String token = "Bearer a-token-of-the-test";
        client.send(client.json("/api/models")
                .header("authorization", token)
                .POST(BodyPublishers.ofString(
                        "{\"name\":\"secured\",\"task\":\"text-generation\",\"description\":\"a model\"}")));

        try (KafkaConsumer<byte[], byte[]> reader = consumer("inference-service", Map.of())) {
            reader.assign(partitions(EventType.MODEL_VERSION_CHANGED.topic()));
            reader.seekToBeginning(reader.assignment());
            List<String> keys = new ArrayList<>();
            await().atMost(PATIENCE).untilAsserted(() -> {
                reader.poll(Duration.ofMillis(200)).forEach(record -> keys.add(new String(record.key())));
                assertThat(keys).contains("secured");
            });
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            Client.Answer health =
                    client.send(client.request("/actuator/health").header("authorization", token));
            assertThat(health.body().at("/components/topics/details/checked_at").asString())
                    .as("%s", health.body())
                    .isNotIn("", "never");
            assertThat(health.body()
                            .at("/components/kafkaAccess/details/connection")
                            .asString())
                    .isEqualTo("KafkaSecurity[SASL_SSL SCRAM-SHA-512 as model-registry]");
            assertThat(health.body().toString()).doesNotContain(SecuredKafka.password("model-registry"));
        });
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                client.get("/actuator/health/readiness").status())
                        .isEqualTo(200));
    }

    @Test
    void everyServiceWritesWhatItOwnsAndReadsWhatItReadsAndNothingElse() {
        for (String service : KafkaAcls.principals()) {
            try (KafkaProducer<byte[], byte[]> producer = producer(service, Map.of());
                    KafkaConsumer<byte[], byte[]> consumer = consumer(service, Map.of())) {
                for (EventType<?> type : EventType.ALL) {
                    Topic topic = type.topic();
                    boolean reads = reads(service, topic);
                    String what = service + " " + topic.name();
                    assertThat(writes(producer, topic))
                            .as(what)
                            .isEqualTo(topic.owner().equals(service));
                    assertThat(fetches(consumer, topic)).as(what).isEqualTo(reads);
                    if (type == EventType.REQUEST_SUBMITTED) {
                        assertThat(writes(producer, topic.deadLetters()))
                                .as(what)
                                .isEqualTo(parks(service, topic));
                    }
                }
            }
        }
    }

    private static boolean parks(String service, Topic topic) {
        return service.equals(topic.deadLetters().owner())
                || topic.effectReaders().stream()
                        .anyMatch(reader -> reader.service().equals(service));
    }

    private static boolean writes(KafkaProducer<byte[], byte[]> producer, Topic topic) {
        try {
            producer.send(new ProducerRecord<>(topic.name(), 0, new byte[] {1}, new byte[0]))
                    .get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicAuthorizationException.class);
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until a record comes or is refused. What is refused of a topic that was asked for before says nothing of this one. */
    private static boolean fetches(KafkaConsumer<byte[], byte[]> consumer, Topic topic) {
        consumer.assign(partitions(topic));
        consumer.seekToBeginning(consumer.assignment());
        AtomicBoolean refused = new AtomicBoolean();
        await().atMost(PATIENCE).until(() -> {
            try {
                return !consumer.poll(Duration.ofMillis(200)).isEmpty();
            } catch (TopicAuthorizationException e) {
                refused.set(e.unauthorizedTopics().contains(topic.name()));
                return refused.get();
            }
        });
        return !refused.get();
    }

    @Test
    void nobodyTakesJobsOfAnotherGroupOrActsInAnothersTransactions() {
        String topic = EventType.REQUEST_SUBMITTED.topic().name();
        try (KafkaConsumer<byte[], byte[]> foreign =
                consumer("gateway-service", Map.of("group.id", "rivulet-replicas"))) {
            foreign.subscribe(List.of(topic));
            assertThatThrownBy(() -> foreign.poll(Duration.ofSeconds(60)))
                    .isInstanceOf(GroupAuthorizationException.class);
        }
        try (KafkaConsumer<byte[], byte[]> own =
                consumer("inference-service", Map.of("group.id", "rivulet-replicas"))) {
            own.subscribe(List.of(topic));
            await().atMost(PATIENCE).until(() -> {
                own.poll(Duration.ofMillis(200));
                return !own.assignment().isEmpty();
            });
        }
        Map<String, Object> transaction = Map.of("transactional.id", "rivulet-jobs-somebody");
        try (KafkaProducer<byte[], byte[]> foreign = producer("gateway-service", transaction)) {
            assertThatThrownBy(foreign::initTransactions)
                    .hasStackTraceContaining(TransactionalIdAuthorizationException.class.getName());
        }
        try (KafkaProducer<byte[], byte[]> own = producer("inference-service", transaction)) {
            own.initTransactions();
            own.beginTransaction();
            own.send(new ProducerRecord<>(EventType.RESULT_COMPLETED.topic().name(), 0, new byte[] {1}, new byte[0]));
            own.commitTransaction();
        }
    }

    @Test
    void aWrongPasswordIsToldWithWhatToDoAndKeepsAServiceFromBeingReadyNotFromRunning(CapturedOutput output) {
        Health health = refused(Map.of("rivulet.kafka.security.password", "not-the-password"));
        assertThat(String.valueOf(health.getDetails().get("refused")))
                .contains(broker.secureAddress(), "'model-registry'", "SCRAM-SHA-512", "RIVULET_KAFKA_PASSWORD");
        assertThat(output.getAll()).contains("RIVULET_KAFKA_PASSWORD").doesNotContain("not-the-password");
    }

    @Test
    void aCertificateOfSomebodyElseIsToldWithWhatToDo(@TempDir Path folder) {
        BrokerCertificate other = BrokerCertificate.make(folder.resolve("other.p12"), folder.resolve("other.pem"));
        Health health = refused(Map.of(
                "rivulet.kafka.security.password",
                SecuredKafka.password("model-registry"),
                "rivulet.kafka.security.truststore",
                other.authority().toString()));
        assertThat(String.valueOf(health.getDetails().get("refused")))
                .contains(broker.secureAddress(), "not trusted", "RIVULET_KAFKA_CA");
    }

    @ImportAutoConfiguration(KafkaAccessAutoConfiguration.class)
    static class Alone {}

    /** What a service says of itself that is run with other settings. */
    private Health refused(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "spring.application.name", "model-registry",
                "spring.config.name", "none",
                "spring.cloud.config.enabled", "false",
                "spring.cloud.stream.kafka.binder.brokers", broker.secureAddress(),
                "rivulet.kafka.security.protocol", "SASL_SSL",
                "rivulet.kafka.security.truststore", SecuredKafka.AUTHORITY));
        all.putAll(settings);
        try (ConfigurableApplicationContext service = new SpringApplicationBuilder(Alone.class)
                .web(WebApplicationType.NONE)
                .run(all.entrySet().stream()
                        .map(each -> "--" + each.getKey() + "=" + each.getValue())
                        .toArray(String[]::new))) {
            HealthIndicator indicator = service.getBean("kafkaAccessHealthIndicator", HealthIndicator.class);
            await().atMost(PATIENCE)
                    .until(() -> requireNonNull(indicator.health()).getStatus().equals(Status.DOWN));
            assertThat(service.isRunning()).isTrue();
            return requireNonNull(indicator.health());
        }
    }

    private static boolean reads(String service, Topic topic) {
        return topic.readers().stream().anyMatch(reader -> reader.service().equals(service));
    }

    private static List<TopicPartition> partitions(Topic topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions(); partition++) {
            partitions.add(new TopicPartition(topic.name(), partition));
        }
        return partitions;
    }

    private Map<String, Object> as(String service) {
        return new HashMap<>(SecuredKafka.client(broker, service));
    }

    private KafkaProducer<byte[], byte[]> producer(String service, Map<String, Object> more) {
        Map<String, Object> settings = as(service);
        settings.putAll(more);
        return new KafkaProducer<>(settings, BYTES, BYTES);
    }

    private KafkaConsumer<byte[], byte[]> consumer(String service, Map<String, Object> more) {
        Map<String, Object> settings = as(service);
        settings.put("enable.auto.commit", "false");
        settings.putAll(more);
        return new KafkaConsumer<>(settings, FROM_BYTES, FROM_BYTES);
    }
}
