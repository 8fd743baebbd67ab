// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.events.inference.v1.ShadowCompared;
import dev.rivulet.events.inference.v1.ShadowOutcome;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.TestKafka;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.TopicFollower;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers think of answers and what mirrored requests came to, from the gateway's door to the topics. */
class VerdictsIT {

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka();

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PATH = "/v1/feedback";
    private static final String SECRET = "a word that nobody else may read";

    private static GatewayFixture gateway;
    private static StubReplica replica;

    @TempDir
    static Path kept;

    @BeforeAll
    static void start() {
        gateway = gateway(kept);
        replica = Events.truthful(StubReplica.start("judged").having("1", "2"));
        gateway.join(replica);
    }

    private static GatewayFixture gateway(Path words) {
        return GatewayFixture.startOn(
                KAFKA.brokers(),
                "spring.cloud.bus.enabled=false",
                "rivulet.identity.store=memory",
                "rivulet.jobs.enabled=false",
                "rivulet.rollouts.shadow-share=1",
                "rivulet.feedback.site.folder=" + words,
                "rivulet.feedback.shared=kafka",
                "rivulet.identity.keys[1].name=another",
                "rivulet.identity.keys[1].scopes=inference",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256("rvk_another"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        replica.close();
    }

    @Test
    void whatACallerThinksOfHisAnswerIsToldOnceByVersionAndWithoutAWordOfIt() throws Exception {
        String request = answered();

        HttpResponse<String> first = give("{\"request_id\":\"" + request + "\",\"score\":0.25}");
        HttpResponse<String> again = give("{\"request_id\":\"" + request + "\",\"score\":0.25}");
        HttpResponse<String> other = give("{\"request_id\":\"" + request + "\",\"thumb\":\"up\"}");
        String thumbed = answered();
        assertThat(give("{\"request_id\":\"" + thumbed + "\",\"thumb\":\"down\"}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(first.body()).contains("\"version\":\"1\"", "\"score\":0.25");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(other.statusCode()).as(other.body()).isEqualTo(409);
        List<ConsumerRecord<byte[], byte[]>> told = records(EventType.FEEDBACK_GIVEN, 2, request, thumbed);
        assertThat(told)
                .allSatisfy(record -> assertThat(new String(record.value(), StandardCharsets.ISO_8859_1))
                        .doesNotContain(SECRET, "test"));
        assertThat(told)
                .extracting(record -> data(EventType.FEEDBACK_GIVEN, record))
                .extracting(FeedbackGiven::getRequest, FeedbackGiven::getVersion, FeedbackGiven::getScore)
                .containsExactlyInAnyOrder(tuple(request, "1", 0.25), tuple(thumbed, "1", 0.0));
    }

    @Test
    void wordsAreKeptAtTheSiteWithConsentForItsOwnerAloneAndAreGoneWhenDeleted() throws Exception {
        String request = answered();
        String words = "{\"request_id\":\"" + request + "\",\"thumb\":\"down\",\"consent\":true,"
                + "\"subject\":\"ada\",\"tags\":[\"slang\"],\"messages\":[{\"role\":\"user\",\"content\":\"" + SECRET
                + "\"}],\"answer\":\"no\",\"correction\":\"yes\"}";
        assertThat(give(words).statusCode()).isEqualTo(200);
        String tagged = answered();
        assertThat(give("{\"request_id\":\"" + tagged
                                + "\",\"thumb\":\"up\",\"consent\":true,\"subject\":\"ben\",\"tags\":[\"good\"]}")
                        .statusCode())
                .isEqualTo(200);

        String list = words("GET", "?limit=1", GatewayFixture.KEY);
        assertThat(list).contains("\"correction\":\"yes\"", "\"has_more\":true", "\"request_id\":\"" + request, SECRET);
        String next = list.replaceAll("(?s).*\"next\":\"([^\"]+)\".*", "$1");
        assertThat(words("GET", "?after=" + next, GatewayFixture.KEY))
                .contains("\"request_id\":\"" + tagged, "\"has_more\":false")
                .doesNotContain(SECRET);
        assertThat(words("GET", "", "rvk_another")).contains("\"data\":[]");
        assertThat(records(EventType.FEEDBACK_GIVEN, 1))
                .allSatisfy(record -> assertThat(new String(record.value(), StandardCharsets.ISO_8859_1))
                        .doesNotContain(SECRET, "slang", "ada"));

        assertThat(words("DELETE", "/" + request, "rvk_another")).contains("\"deleted\":0");
        assertThat(words("DELETE", "?subject=ben", GatewayFixture.KEY)).contains("\"deleted\":1");
        assertThat(words("DELETE", "/" + request, GatewayFixture.KEY)).contains("\"deleted\":1");
        assertThat(words("GET", "", GatewayFixture.KEY)).contains("\"data\":[]");
        try (Stream<Path> files = Files.walk(kept)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private static String words(String method, String rest, String key) throws Exception {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url(PATH + "/words" + rest))
                .header("authorization", "Bearer " + key)
                .method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void anAnswerIsJudgedAtAnyGatewayOnceAndByItsCallerAlone(@TempDir Path words) throws Exception {
        String early = answered();
        try (GatewayFixture other = gateway(words)) {
            assertThat(status(other, early, "up"))
                    .as("answered before the other gateway was there")
                    .isEqualTo(200);
            String request = answered();
            assertThat(status(other, request, "down")).isEqualTo(200);
            HttpResponse<String> again = other.post(PATH, verdict(request, "down"));
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(again.body()).contains("\"version\":\"1\"", "\"score\":0.0");
            await("the gateway that gave the answer knows the verdict")
                    .atMost(SOON)
                    .until(() -> give(verdict(request, "up")).statusCode() == 409);
            assertThat(give(verdict(request, "down")).statusCode())
                    .as("the same again")
                    .isEqualTo(200);
            HttpResponse<String> stranger = other.send(HttpRequest.newBuilder(other.url(PATH))
                    .header("authorization", "Bearer rvk_another")
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(verdict(request, "down"))));
            assertThat(stranger.statusCode()).as(stranger.body()).isEqualTo(404);
            atOnce(other);
        }
    }

    /** Two verdicts at two gateways at one moment: one of them holds, at both. */
    private static void atOnce(GatewayFixture other) throws Exception {
        String request = answered();
        CompletableFuture<Integer> up = CompletableFuture.supplyAsync(() -> status(gateway, request, "up"));
        CompletableFuture<Integer> down = CompletableFuture.supplyAsync(() -> status(other, request, "down"));

        assertThat(List.of(up.join(), down.join())).contains(200).isSubsetOf(200, 409);
        await("both know which was the first").atMost(SOON).until(() -> {
            List<Integer> here = List.of(status(gateway, request, "up"), status(gateway, request, "down"));
            List<Integer> there = List.of(status(other, request, "up"), status(other, request, "down"));
            return here.equals(there) && here.containsAll(List.of(200, 409));
        });
    }

    private static String verdict(String request, String thumb) {
        return "{\"request_id\":\"" + request + "\",\"thumb\":\"" + thumb + "\"}";
    }

    /** Of the first answer of a gateway that knows the request. */
    private static int status(GatewayFixture at, String request, String thumb) {
        AtomicInteger status = new AtomicInteger();
        await().atMost(SOON).until(() -> {
            status.set(at.post(PATH, verdict(request, thumb)).statusCode());
            return status.get() != 404;
        });
        return status.get();
    }

    @Test
    void nobodyJudgesTheAnswerOfAnother() throws Exception {
        String request = answered();

        HttpResponse<String> refused = gateway.send(HttpRequest.newBuilder(gateway.url(PATH))
                .header("authorization", "Bearer rvk_another")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"request_id\":\"" + request + "\",\"thumb\":\"down\"}")));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(404);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"request_id":"00000000-0000-4000-8000-000000000000","thumb":"up"}   | 404
            {"request_id":"x","thumb":"up","comment":"not a word"}               | 400
            {"request_id":"x","thumb":"up","tags":["without consent"]}           | 400
            {"request_id":"x","thumb":"up","consent":true,"tags":"not a list"}   | 400
            {"request_id":"x","thumb":"up","consent":true,"correction":"alone"}  | 400
            {"request_id":"x","thumb":"up","consent":true,"messages":[{"role":"user"}]} | 400
            {"request_id":"x","score":1.5}                                       | 400
            {"request_id":"x","score":"1"}                                       | 400
            {"request_id":"x","score":1,"thumb":"up"}                            | 400
            {"request_id":"x","thumb":"sideways"}                                | 400
            {"request_id":"x"}                                                   | 400
            {"request_id":7,"thumb":"up"}                                        | 400
            {"thumb":"up"}                                                       | 400
            [1]                                                                  | 400
            {                                                                    | 400
            """)
    void whatIsNoVerdictOnAKnownAnswerIsRefused(String body, int status) throws Exception {
        HttpResponse<String> refused = give(body);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
        assertThat(refused.body()).doesNotContain("not a word");
    }

    @Test
    void whatAMirroredRequestCameToIsToldWithoutAWordOfIt() throws Exception {
        gateway.bean(Rollouts.class).changed(Events.rollout("shadowed", 1, 1, "SHADOWING", 0));
        try {
            ask("{\"temperature\":0,\"seed\":1,");

            List<ConsumerRecord<byte[], byte[]>> told = records(EventType.SHADOW_COMPARED, 1);
            assertThat(new String(told.getFirst().value(), StandardCharsets.ISO_8859_1))
                    .doesNotContain(SECRET, "same");
            ShadowCompared result = data(EventType.SHADOW_COMPARED, told.getFirst());
            assertThat(result.getOutcome()).isEqualTo(ShadowOutcome.SHADOW_OUTCOME_EQUAL);
            assertThat(result.getRollout()).isEqualTo("shadowed");
            assertThat(result.getCandidate()).isEqualTo("2");
        } finally {
            gateway.bean(Rollouts.class).forgotten("m");
        }
    }

    private static HttpResponse<String> give(String body) throws Exception {
        return gateway.post(PATH, body);
    }

    private static String answered() throws Exception {
        return ask("{").headers().firstValue("x-request-id").orElseThrow();
    }

    private static HttpResponse<String> ask(String begin) throws Exception {
        // On a machine that is busy a replica that was slow to answer has left by now.
        gateway.join(replica);
        HttpResponse<String> answer =
                gateway.chat(GatewayFixture.WHOLE.replaceFirst("\\{", begin).replace("hi", SECRET));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    /** @param keys those of these keys alone, if there are any */
    private static List<ConsumerRecord<byte[], byte[]>> records(EventType<?> type, int count, String... keys) {
        List<ConsumerRecord<byte[], byte[]>> found = new CopyOnWriteArrayList<>();
        KafkaConnection connection =
                new KafkaConnection(Map.of("bootstrap.servers", (Object) KAFKA.brokers()), (short) 1);
        try (TopicFollower follower =
                new TopicFollower(connection, List.of(type.topic()), null, Clock.systemUTC(), record -> {
                    if (keys.length == 0 || List.of(keys).contains(new String(record.key(), StandardCharsets.UTF_8))) {
                        found.add(record);
                    }
                })) {
            follower.start();
            await().atMost(SOON).until(() -> found.size() >= count);
        }
        return found;
    }

    private static <T extends Message> T data(EventType<T> type, ConsumerRecord<byte[], byte[]> record) {
        return Event.read(type, TopicFollower.headers(record), record.value()).data();
    }
}
