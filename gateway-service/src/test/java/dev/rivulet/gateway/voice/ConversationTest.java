// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A chat over a WebSocket, with a replica whose answers a test decides. */
@ExtendWith(SharedGateway.class)
class ConversationTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String COMMIT = "{\"type\":\"commit\"}";
    private static final String PICTURE = "data:image/png;base64,iVBORw0KGgo=";
    private static final String[] CHUNKS = {
        "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Lights \"},\"finish_reason\":null}]}\n\n",
        "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"on.\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: [DONE]\n\n"
    };

    private final GatewayFixture gateway;
    private final StubReplica replica;

    ConversationTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    @Test
    void soundPictureAndWordsAreOneQuestionWhoseAnswerComesChunkByChunk() throws Exception {
        replica.streaming(CHUNKS);
        try (Open chat = open("?model=m")) {
            chat.bytes(new byte[] {1, 0, 2, 0});
            chat.bytes(new byte[] {3, 0});
            chat.says("{\"type\":\"input\",\"text\":\"in Aurora\",\"image_url\":\"" + PICTURE + "\"}");
            commit(chat);
            chat.awaits("answer.done", 1);

            assertThat(chat.types()).containsExactly("session.created", "answer.chunk", "answer.chunk", "answer.done");
            JsonNode asked = JSON.readTree(replica.received.getLast().body());
            JsonNode parts = asked.path("messages").path(0).path("content");
            assertThat(asked.path("model").asString()).isEqualTo("m");
            assertThat(parts.path(0).path("input_audio").path("data").asString())
                    .isEqualTo("AQACAAMA");
            assertThat(parts.path(0).path("input_audio").path("format").asString())
                    .isEqualTo("pcm16");
            assertThat(parts.path(1).path("image_url").path("url").asString()).isEqualTo(PICTURE);
            assertThat(parts.path(2).path("text").asString()).isEqualTo("in Aurora");

            chat.says("{\"type\":\"input\",\"text\":\"and now?\"}");
            commit(chat);
            chat.awaits("answer.done", 2);
            assertThat(JSON.readTree(replica.received.getLast().body())
                            .path("messages")
                            .path(0)
                            .path("content")
                            .size())
                    .as("nothing is left of the question before")
                    .isEqualTo(1);
            chat.says("{\"type\":\"stop\"}");
            assertThat(chat.status()).isEqualTo(1000);
        }
    }

    @Test
    void whatIsRefusedIsAnEventAndTheChatGoesOn() throws Exception {
        try (Open chat = open("?model=m")) {
            chat.says(COMMIT);
            chat.awaits("error", 1);
            chat.says("no JSON");
            chat.awaits("error", 2);
            replica.json(400, "{\"error\":{\"message\":\"Too long.\",\"code\":\"invalid_value\"}}");
            chat.says("{\"type\":\"input\",\"text\":\"hello\"}");
            commit(chat);
            chat.awaits("error", 3);
            assertThat(chat.events.getLast().path("error").path("message").asString())
                    .isEqualTo("Too long.");

            replica.streaming(CHUNKS);
            chat.says("{\"type\":\"input\",\"text\":\"hello\"}");
            commit(chat);
            chat.awaits("answer.done", 1);
        }
    }

    @Test
    void moreSoundThanAQuestionMayHaveClosesTheSocketAndSaysWhy() throws Exception {
        try (Open chat = open("?model=m")) {
            for (int second = 0; second <= 30; second++) {
                chat.bytes(new byte[32_000]);
            }
            assertThat(chat.status()).isEqualTo(1008);
            assertThat(chat.events.getLast().path("error").path("code").asString())
                    .isEqualTo("request_too_large");
        }
    }

    /** Asks what was gathered, of a replica that has reported itself just now, however long it took until then. */
    private void commit(Open chat) throws Exception {
        gateway.join(replica);
        chat.says(COMMIT);
    }

    private Open open(String query) throws Exception {
        List<JsonNode> events = new CopyOnWriteArrayList<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        HttpClient http = HttpClient.newHttpClient();
        WebSocket socket = http.newWebSocketBuilder()
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + gateway.port() + "/v1/chat/stream" + query),
                        new Reader(events, closed, new StringBuilder()))
                .get(60, TimeUnit.SECONDS);
        return new Open(http, socket, events, closed);
    }

    private record Open(HttpClient http, WebSocket socket, List<JsonNode> events, CompletableFuture<Integer> closed)
            implements AutoCloseable {

        void bytes(byte[] pcm) throws Exception {
            socket.sendBinary(ByteBuffer.wrap(pcm), true).get(30, TimeUnit.SECONDS);
        }

        void says(String text) throws Exception {
            socket.sendText(text, true).get(30, TimeUnit.SECONDS);
        }

        List<String> types() {
            return events.stream().map(event -> event.path("type").asString()).toList();
        }

        void awaits(String type, int count) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(types().stream().filter(type::equals))
                            .as(events.toString())
                            .hasSize(count));
        }

        int status() throws Exception {
            return closed.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            socket.abort();
            http.shutdownNow();
        }
    }

    private record Reader(List<JsonNode> events, CompletableFuture<Integer> closed, StringBuilder held)
            implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            held.append(data);
            if (last) {
                events.add(JSON.readTree(held.toString()));
                held.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }
    }
}
