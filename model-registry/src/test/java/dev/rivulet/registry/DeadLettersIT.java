// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.reading.EventReader;
import dev.rivulet.reading.JdbcReaderStore;
import dev.rivulet.reading.ReaderSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Records that can't be taken are parked with their reason; those of their key wait, in order; people send them back, once. */
@WholeRegistry
class DeadLettersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String READER = "model-registry-usage";
    private static final String TYPE = PoisonedTopic.TYPE.type();
    private static final String LETTERS = "/api/dead-letters";
    private static final byte[] GARBAGE = {-1, -1, -1, -1};

    @LocalServerPort
    private int port;

    @Autowired
    private Broker broker;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    private Client client;
    private PoisonedTopic topic;

    @BeforeEach
    void connect() {
        client = new Client(port);
        topic = new PoisonedTopic(broker.address());
    }

    @AfterEach
    void disconnect() {
        topic.close();
    }

    @Test
    void everyKindOfPoisonIsParkedWithItsReasonAndItsPartitionGoesOn() throws Exception {
        topic.finished("before", "kinds-before", "kinds");
        topic.allowLargeRecords();
        topic.poison("kinds-bytes", TYPE, GARBAGE);
        topic.poison("kinds-bare", "", new byte[0]);
        topic.poison("kinds-type", "rivulet.identity.v1.Nonsense", new byte[0]);
        topic.poison("kinds-schema", "rivulet.inference.v99.CompletionRecorded", new byte[0]);
        topic.finished("kinds-effect", "kinds-effect", "a name\u0000of nothing");
        topic.poison("kinds-large", TYPE, new byte[2 << 20]);
        topic.finished("after", "kinds-after", "kinds");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(requests("kinds")).isEqualTo(2));
        JsonNode bytes = parked("kinds-bytes");
        assertThat(bytes.path("cause").asString()).isEqualTo("malformed");
        assertThat(bytes.path("attempts").asInt()).isOne();
        assertThat(parked("kinds-bare").path("reason").asString()).isEqualTo("header ce_type is missing");
        assertThat(parked("kinds-type").path("cause").asString()).isEqualTo("unknown_type");
        assertThat(parked("kinds-schema").path("cause").asString()).isEqualTo("newer_schema");
        JsonNode effect = parked("kinds-effect");
        assertThat(effect.path("cause").asString()).isEqualTo("effect_failed");
        assertThat(effect.path("attempts").asInt()).isEqualTo(3);

        JsonNode whole = whole(bytes);
        assertThat(whole.path("headers").path("x-trace-of-mine").asString()).isEqualTo("kept");
        assertThat(whole.path("headers").path("ce_id").asString()).isEqualTo("poison-kinds-bytes");
        assertThat(whole.path("payload_base64").asString()).isEqualTo("/////w==");
        assertThat(whole.path("stack").asString()).contains("PoisonException");
        assertThat(whole(effect).path("payload").path("model").asString()).startsWith("a name");
        assertThat(whole(effect).path("exception").asString()).contains("DataIntegrityViolationException");

        JsonNode large = parked("kinds-large");
        assertThat(large.path("cause").asString()).isEqualTo("too_large");
        assertThat(whole(large).path("dropped_bytes").asLong()).isEqualTo(2 << 20);
        assertThat(client.post(path(large) + "/replay", "{}").code()).isEqualTo("conflict");
    }

    @Test
    void laterEventsOfAKeyWaitForItsPoisonAndFollowInOrderWhenItIsMended() {
        topic.poison("order", TYPE, GARBAGE);
        topic.finished("order", "order-1", "order");
        topic.finished("order", "order-2", "order");
        topic.finished("another", "order-another", "order");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(requests("order")).isOne());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(letters("parked", "order")).hasSize(3));
        JsonNode first = letters("parked", "order").get(0);
        JsonNode second = letters("parked", "order").get(1);
        assertThat(second.path("cause").asString()).isEqualTo("waiting");
        assertThat(whole(second).path("waits_for").asString()).isEqualTo(id(first));
        assertThat(whole(first).path("waiting_behind").asInt()).isEqualTo(2);
        assertThat(client.post(path(second) + "/replay", "{}").code()).isEqualTo("conflict");

        Client.Answer wrong = client.put(path(first) + "/payload", "{\"payload\":{\"modell\":\"order\"}}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.param()).isEqualTo("payload");
        assertThat(new String(wrong.response().body(), UTF_8)).contains("modell");
        Client.Answer mended = client.put(path(first) + "/payload", """
                {"payload":{"request":"r","model":"order","version":"1","finish_reason":"stop",
                 "finished_at":"%s"}}""".formatted(Instant.now()));
        assertThat(mended.status()).isEqualTo(200);
        assertThat(mended.body().path("edited").asBoolean()).isTrue();
        // One more that waits, after the first was mended and before it goes.
        topic.finished("order", "order-3", "order");
        assertThat(client.post(path(first) + "/replay", "{\"by\":\"ada\",\"reason\":\"mended\"}")
                        .status())
                .isEqualTo(202);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(requests("order")).isEqualTo(5));
        assertThat(jdbc.sql("select id from inbox where reader = ? and id like 'order-_' order by taken_at")
                        .param(READER)
                        .query(String.class)
                        .list())
                .containsExactly("order-1", "order-2", "order-3");
        assertThat(jdbc.sql("select count(*) from parked where reader = ? and topic = ? and letter = ?")
                        .params(READER, PoisonedTopic.TOPIC.name(), id(first))
                        .query(Long.class)
                        .single())
                .isZero();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(letters("parked", "order")).isEmpty());
    }

    @Test
    void aLetterThatIsSentTwiceHasOneEffect() throws Exception {
        topic.poison("twice", "rivulet.inference.v99.CompletionRecorded", new byte[0]);
        JsonNode letter = parked("twice");
        client.put(path(letter) + "/payload", """
                {"payload":{"request":"r","model":"twice","version":"1","finish_reason":"stop",
                 "finished_at":"%s"}}""".formatted(Instant.now()));

        assertThat(client.post(path(letter) + "/replay", "{}").status()).isEqualTo(202);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(requests("twice")).isOne());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(letters("replayed", "twice")).hasSize(1));
        assertThat(client.post(path(letter) + "/replay", "{}").status()).isEqualTo(200);
        assertThat(client.post(path(letter) + "/discard", "{\"reason\":\"late\"}")
                        .code())
                .isEqualTo("conflict");
        String replays = PoisonedTopic.TOPIC.replays().name();
        ConsumerRecord<byte[], byte[]> sent =
                Records.of(broker.address(), replays, "twice").getLast();
        topic.again(replays, "twice", sent.value(), Records.headers(sent));
        await().atMost(PATIENCE).until(() -> topic.isReadBy(READER));

        assertThat(Records.of(broker.address(), replays, "twice")).hasSize(2);
        assertThat(requests("twice")).isOne();
    }

    @Test
    void aLetterThatIsPoisonStillComesBackWithAllItsAttemptsAndWhatWaitsGoesOnWhenItIsGivenUp() {
        topic.poison("giveup", "rivulet.identity.v1.Nonsense", new byte[0]);
        topic.finished("giveup", "giveup-1", "giveup");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(letters("parked", "giveup")).hasSize(2));
        JsonNode letter = letters("parked", "giveup").get(0);

        assertThat(client.post(path(letter) + "/replay", "{}").status()).isEqualTo(202);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(letters("parked", "giveup")).hasSize(2);
            assertThat(letters("parked", "giveup").get(0).path("attempts").asInt())
                    .isEqualTo(2);
        });
        assertThat(requests("giveup")).isZero();
        assertThat(client.post(path(letter) + "/discard", "{}").param()).isEqualTo("reason");
        assertThat(client.post(path(letter) + "/discard", "{\"reason\":\"a test\",\"by\":\"ada\"}")
                        .status())
                .isEqualTo(202);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(requests("giveup")).isOne());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(letters("discarded", "giveup")).hasSize(1));
        assertThat(whole(letter).path("decision").path("why").asString()).isEqualTo("a test");
    }

    @Test
    void aReaderThatIsKilledBeforeItCommitsTakesNothingTwice() throws Exception {
        for (int i = 0; i < 30; i++) {
            topic.finished("killed-" + i % 3, "killed-" + i, "killed");
        }
        Queue<String> effects = new ConcurrentLinkedQueue<>();
        readAll(effects);
        topic.rewind("killed-reader");
        topic.finished("killed-0", "killed-last", "killed");
        readAll(effects);

        List<String> killed =
                effects.stream().filter(id -> id.startsWith("killed-")).toList();
        assertThat(killed).hasSize(31).doesNotHaveDuplicates().endsWith("killed-last");
    }

    private void readAll(Queue<String> effects) {
        try (EventReader<CompletionRecorded> reader = new EventReader<>(
                Map.of("bootstrap.servers", broker.address()),
                PoisonedTopic.TYPE,
                ReaderSettings.of("killed-reader"),
                new JdbcReaderStore(jdbc, new TransactionTemplate(transactions)),
                event -> effects.add(event.id()),
                new SimpleMeterRegistry())) {
            reader.start();
            await().atMost(PATIENCE).until(() -> topic.isReadBy("killed-reader"));
        }
    }

    @Test
    void listsArePagedFilteredAndBoundedAndWhatIsParkedIsAMetricAndADetailOfHealth() {
        topic.poison("list-1", TYPE, GARBAGE);
        topic.poison("list-2", TYPE, GARBAGE);
        parked("list-2");
        String of = LETTERS + "?reader=" + READER + "&topic=" + PoisonedTopic.TOPIC.name();

        JsonNode page = client.get(of + "&limit=1").body();
        assertThat(page.path("letters")).hasSize(1);
        JsonNode next =
                client.get(of + "&limit=1&after=" + page.path("next").asLong()).body();
        assertThat(id(next.path("letters").get(0)))
                .isNotEqualTo(id(page.path("letters").get(0)));
        assertThat(client.get(LETTERS + "?cause=nothing").body().path("letters"))
                .isEmpty();
        assertThat(client.get(LETTERS + "?older_than_seconds=86400").body().path("letters"))
                .isEmpty();
        assertThat(client.get(LETTERS + "?limit=501").param()).isEqualTo("limit");
        assertThat(client.get(LETTERS + "?state=lost").param()).isEqualTo("state");
        assertThat(client.get(LETTERS + "?older_than_seconds=-1").param()).isEqualTo("older_than_seconds");
        assertThat(client.get(LETTERS + "/d-00000000000000000000").status()).isEqualTo(404);
        assertThat(client.get(LETTERS + "/nonsense").status()).isEqualTo(404);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(new String(
                                client.get("/actuator/prometheus").response().body(), UTF_8))
                        .contains("rivulet_registry_dead_letters{reader=\"" + READER + "\"}")
                        .contains("rivulet_registry_dead_letters_oldest_age_seconds{reader=\"" + READER)
                        .contains("rivulet_reader_lag{reader=\"" + READER)
                        .contains("rivulet_reader_parked_total{cause=\"malformed\""));
        assertThat(client.get("/actuator/health")
                        .body()
                        .path("components")
                        .path("deadLetters")
                        .path("details")
                        .path("parked")
                        .path(READER)
                        .path("letters")
                        .asInt())
                .isPositive();
    }

    private long requests(String model) {
        return client.get("/api/models/" + model + "/versions/1/usage?days=400")
                .body()
                .path("requests")
                .asLong();
    }

    private JsonNode parked(String key) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(letters("parked", key)).isNotEmpty());
        return letters("parked", key).getFirst();
    }

    private List<JsonNode> letters(String state, String key) {
        return client.get(LETTERS + "?limit=500&reader=" + READER + "&state=" + state)
                .body()
                .path("letters")
                .valueStream()
                .filter(letter -> letter.path("key").asString("").equals(key))
                .toList();
    }

    private JsonNode whole(JsonNode letter) {
        return client.get(path(letter)).body();
    }

    private static String path(JsonNode letter) {
        return LETTERS + "/" + id(letter);
    }

    private static String id(JsonNode letter) {
        return letter.path("id").asString("");
    }
}
