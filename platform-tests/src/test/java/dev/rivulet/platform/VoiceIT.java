// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Sound in and sound out of a platform that was started by its command. */
@ExtendWith(OnPlatform.class)
class VoiceIT {

    private static final Path CLIPS = Platform.repository().resolve("models/building/speech");

    static boolean speaks() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "espeak-ng")));
    }

    @Test
    void openaiForNodeSpeaksAndIsUnderstood(Platform platform) {
        Embedder.await(platform, "rivulet-commands");

        JsonNode seen = NodeProgram.run(platform, "speech.mjs", CLIPS.toString(), speaks() ? "yes" : "no");

        assertThat(seen.path("recorded").path("object").asString("")).isEqualTo("audio.command");
        assertThat(seen.path("errors").toString())
                .isEqualTo("[\"BadRequestError response_format\",\"BadRequestError voice\",\"BadRequestError input\"]");
        assumeTrue(speaks(), "espeak-ng is not installed (Debian: apt-get install espeak-ng)");
        assertThat(seen.path("type").asString("")).isEqualTo("audio/wav");
        assertThat(seen.path("bytes").asInt(0)).isGreaterThan(24_000);
        assertThat(seen.path("pcm").asInt(0)).isGreaterThan(24_000);
        assertThat(seen.path("heard").path("command").asString("")).isEqualTo("lights.on");
    }

    @Test
    void whatIsSpokenIntoAStreamIsUnderstood(Platform platform) throws Exception {
        assumeTrue(speaks(), "espeak-ng is not installed (Debian: apt-get install espeak-ng)");
        Embedder.await(platform, "rivulet-commands");
        List<JsonNode> events = new CopyOnWriteArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            byte[] said = spoken(http, platform);
            URI url = URI.create(platform.gateway().toString().replaceFirst("^http", "ws") + "/v1/audio/stream");
            WebSocket socket = http.newWebSocketBuilder()
                    .header("authorization", "Bearer " + platform.apiKey())
                    .buildAsync(url, new Events(events))
                    .get(60, TimeUnit.SECONDS);
            for (int at = 0; at < said.length; at += 3_200) {
                int count = Math.min(3_200, said.length - at);
                socket.sendBinary(ByteBuffer.wrap(said, at, count), true).get(60, TimeUnit.SECONDS);
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> events.stream()
                            .anyMatch(event -> event.path("type").asString("").equals("command")));
            socket.abort();
        }

        JsonNode command = events.stream()
                .filter(event -> event.path("type").asString("").equals("command"))
                .findFirst()
                .orElseThrow();
        assertThat(command.path("command").asString("")).as(events.toString()).isEqualTo("lights.on");
    }

    /** The command as the platform speaks it, at 16 kHz, with half a second of silence before and a second after it. */
    private static byte[] spoken(HttpClient http, Platform platform) throws Exception {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(platform.gateway().resolve("/v1/audio/speech"))
                        .header("authorization", "Bearer " + platform.apiKey())
                        .header("content-type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString("""
                                {"model":"tts-1","voice":"alloy","input":"Turn on the lights.","response_format":"pcm"}"""))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        ByteBuffer fast = ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
        int count = answer.body().length / 2 * 2 / 3;
        ByteBuffer pcm = ByteBuffer.allocate(2 * (count + 24_000)).order(ByteOrder.LITTLE_ENDIAN);
        pcm.position(16_000);
        for (int i = 0; i + 1 < count; i++) {
            int at = i * 3 / 2;
            int sum = i % 2 == 0 ? 2 * fast.getShort(2 * at) : fast.getShort(2 * at) + fast.getShort(2 * at + 2);
            pcm.putShort((short) (sum / 2));
        }
        return pcm.array();
    }

    /** Takes events, one at a time. */
    private record Events(List<JsonNode> events) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            events.add(Platform.JSON.readTree(data.toString()));
            socket.request(1);
            return null;
        }
    }
}
