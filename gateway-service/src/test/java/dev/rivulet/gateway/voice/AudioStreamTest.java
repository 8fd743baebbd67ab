// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sound over a WebSocket, with a replica whose answers a test decides. */
class AudioStreamTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String MODEL = "rivulet-commands";
    private static final String ANSWER = """
            {"object":"audio.command","model":"rivulet-commands","text":"lights on","command":"lights.on","outcome":"command",\
            "confidence":0.97,"threshold":0.5,"alternatives":[{"command":"lights.on","text":"lights on","confidence":0.97}],\
            "duration":1.2,"usage":{"prompt_tokens":0,"total_tokens":0}}""";

    private static StubReplica replica;
    private static GatewayFixture gateway;
    private static GatewayFixture impatient;

    @BeforeAll
    static void start() {
        replica = StubReplica.start("hears").serving("1", MODEL).json(200, ANSWER);
        gateway = GatewayFixture.start("rivulet.audio-stream.burst=30s", "rivulet.audio-stream.max-message=32KB");
        impatient = GatewayFixture.start("rivulet.audio-stream.idle=1s", "rivulet.audio-stream.most-per-key=1");
    }

    @BeforeEach
    void join() {
        gateway.join(replica);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        impatient.close();
        replica.close();
    }

    /** Noise with a second and a half of something loud in it. */
    private static byte[] sound(double leadSeconds, double tailSeconds) {
        int lead = (int) (leadSeconds * 16_000);
        int loud = 24_000;
        Random random = new Random(7);
        ByteBuffer pcm = ByteBuffer.allocate(2 * (lead + loud + (int) (tailSeconds * 16_000)))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; pcm.hasRemaining(); i++) {
            double tone = i >= lead && i < lead + loud ? 6_000 * Math.sin(2 * Math.PI * 500 * i / 16_000.0) : 0;
            pcm.putShort((short) (tone + 20 * random.nextGaussian()));
        }
        return pcm.array();
    }

    /** A stream that is open. */
    private record Open(WebSocket socket, List<JsonNode> events, CompletableFuture<Integer> closed) {

        void send(byte[] pcm, int piece) throws Exception {
            for (int at = 0; at < pcm.length; at += piece) {
                int count = Math.min(piece, pcm.length - at);
                socket.sendBinary(ByteBuffer.wrap(pcm, at, count), true).get(30, TimeUnit.SECONDS);
            }
        }

        List<String> types() {
            return events.stream().map(event -> event.path("type").asString()).toList();
        }

        void awaits(String type) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(events)
                            .extracting(event -> event.path("type").asString())
                            .as(events.toString())
                            .contains(type));
        }

        JsonNode event(String type) {
            return events.stream()
                    .filter(event -> event.path("type").asString().equals(type))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + type + " in " + events));
        }

        int status() throws Exception {
            return closed.get(60, TimeUnit.SECONDS);
        }
    }

    private static Open open(String query, String header, String value, String... protocols) throws Exception {
        return open(gateway, query, header, value, protocols);
    }

    private static Open open(GatewayFixture gateway, String query, String header, String value, String... protocols)
            throws Exception {
        List<JsonNode> events = new CopyOnWriteArrayList<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        HttpClient http = HttpClient.newHttpClient();
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (!header.isEmpty()) {
            builder.header(header, value);
        }
        if (protocols.length > 0) {
            builder.subprotocols(protocols[0], java.util.Arrays.copyOfRange(protocols, 1, protocols.length));
        }
        URI url = URI.create("ws://127.0.0.1:" + gateway.port() + "/v1/audio/stream" + query);
        WebSocket socket = builder.buildAsync(url, new Hearing(events, closed)).get(60, TimeUnit.SECONDS);
        closed.whenComplete((status, failure) -> http.shutdown());
        return new Open(socket, events, closed);
    }

    private static Open open() throws Exception {
        return open("", "authorization", "Bearer " + GatewayFixture.KEY);
    }

    @Test
    void anUtteranceIsFoundAndRecognisedWhileTheSoundGoesOn() throws Exception {
        int before = replica.received.size();
        Open stream = open();
        stream.send(sound(1, 1), 3_200);
        stream.awaits("command");
        stream.socket().sendText("{\"type\":\"stop\"}", true);

        assertThat(stream.status()).isEqualTo(1000);
        assertThat(stream.types().getFirst()).isEqualTo("session.created");
        assertThat(stream.types()).containsSubsequence("speech_started", "partial", "speech_stopped", "command");
        assertThat(stream.event("speech_started").path("audio_start_ms").asInt())
                .isBetween(600, 1_000);
        assertThat(stream.event("speech_stopped").path("audio_end_ms").asInt()).isBetween(2_500, 3_100);
        JsonNode command = stream.event("command");
        assertThat(command.path("command").asString()).isEqualTo("lights.on");
        assertThat(command.path("confidence").asDouble()).isEqualTo(0.97);
        assertThat(command.path("latency_ms").asDouble()).isGreaterThanOrEqualTo(0);
        JsonNode asked =
                JSON.readTree(replica.received.get(replica.received.size() - 1).body());
        assertThat(replica.received.size()).isGreaterThan(before);
        assertThat(asked.path("format").asString()).isEqualTo("pcm16");
        int samples = Base64.getDecoder().decode(asked.path("audio").asString()).length / 2;
        assertThat(samples / 16_000.0).isBetween(1.6, 2.5);
    }

    @Test
    void aBrowserShowsItsKeyAsASubprotocol() throws Exception {
        Open stream = open("?model=" + MODEL, "", "", "realtime", "openai-insecure-api-key." + GatewayFixture.KEY);
        stream.socket().sendText("{\"type\":\"stop\"}", true);

        assertThat(stream.status()).isEqualTo(1000);
        assertThat(stream.socket().getSubprotocol()).isEqualTo("realtime");
    }

    @Test
    void nobodyWithoutAKeyIsHeard() {
        for (String key : List.of("", "rvk_wrong")) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> open("", "x-api-key", key.isEmpty() ? " " : key)))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(401));
        }
    }

    @Test
    void committingEndsTheUtterance() throws Exception {
        Open stream = open();
        stream.send(sound(1, 0), 3_200);
        stream.socket().sendText("{\"type\":\"commit\"}", true);
        stream.awaits("command");
        stream.socket().sendText("{\"type\":\"stop\"}", true);

        assertThat(stream.status()).isEqualTo(1000);
    }

    @Test
    void aModelThatIsNotThereIsToldAndTheStreamGoesOn() throws Exception {
        Open stream = open("?model=nobody", "authorization", "Bearer " + GatewayFixture.KEY);
        stream.send(sound(0.5, 1), 6_400);
        stream.awaits("error");
        stream.socket().sendText("what?", true);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> stream.types().stream().filter("error"::equals).count() == 2);
        stream.socket().sendText("{\"type\":\"stop\"}", true);

        assertThat(stream.event("error").path("error").path("code").asString()).isEqualTo("model_not_found");
        assertThat(stream.status()).isEqualTo(1000);
    }

    @Test
    void soundThatComesTooFastEndsTheStream() throws Exception {
        Open stream = open();
        byte[] minute = new byte[60 * 32_000];
        for (int at = 0; at < minute.length && !stream.closed().isDone(); at += 32_000) {
            try {
                stream.socket()
                        .sendBinary(ByteBuffer.wrap(minute, at, 32_000), true)
                        .get(30, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                break;
            }
        }

        assertThat(stream.status()).isEqualTo(1008);
        assertThat(stream.event("error").path("error").path("code").asString()).isEqualTo("rate_limit_exceeded");
    }

    @Test
    void halfASampleEndsTheStream() throws Exception {
        Open stream = open();
        stream.send(new byte[3], 3);

        assertThat(stream.status()).isEqualTo(1003);
    }

    @Test
    void aMessageThatIsTooLargeEndsTheStream() throws Exception {
        Open stream = open();
        stream.socket().sendBinary(ByteBuffer.allocate(40_000), true);

        assertThat(stream.status()).isIn(1009, 1006, 1000);
        assertThat(stream.types()).doesNotContain("speech_started");
    }

    @Test
    void silenceOfTheCallerEndsTheStreamAndGivesItsPlaceBack() throws Exception {
        Open stream = open(impatient, "", "authorization", "Bearer " + GatewayFixture.KEY);

        assertThat(stream.status()).isEqualTo(1001);
        assertThat(stream.event("error").path("error").path("code").asString()).isEqualTo("deadline_exceeded");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> impatient.bean(AudioStreamRoute.class).open() == 0);
    }

    /** Takes events, one at a time. */
    private record Hearing(List<JsonNode> events, CompletableFuture<Integer> closed) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            events.add(JSON.readTree(data.toString()));
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.complete(1006);
        }
    }
}
