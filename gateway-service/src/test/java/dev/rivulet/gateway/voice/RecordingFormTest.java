// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.routing.Replica;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recordings that are to be written down, on their way to a replica and back. */
@ExtendWith(SharedGateway.class)
class RecordingFormTest {

    private static final String PATH = "/v1/audio/transcriptions";

    private final GatewayFixture gateway;
    private final StubReplica replica = StubReplica.start("scribe").json(200, "{\"text\":\"hello\"}");

    RecordingFormTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void join() {
        gateway.routes()
                .reported(new Replica(
                        replica.id(),
                        replica.url(),
                        replica.startedAt(),
                        0,
                        false,
                        List.of(new Replica.Served(
                                "scribe", "1", Replica.State.READY, 0, 0, Set.of("TRANSCRIPTION")))));
    }

    @AfterEach
    void leave() {
        gateway.routes().left(replica.id());
        replica.close();
    }

    /** A WAV file of so many samples at 16 kHz. */
    private static byte[] wav(int samples) {
        ByteBuffer file = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(36 + 2 * samples).put(ascii("WAVEfmt ")).putInt(16);
        file.putShort((short) 1)
                .putShort((short) 1)
                .putInt(16_000)
                .putInt(32_000)
                .putShort((short) 2);
        return file.putShort((short) 16).put(ascii("data")).putInt(2 * samples).array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private HttpResponse<String> send(String path, byte[] file, String... fields) throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            form.writeBytes(ascii("--x\r\nContent-Disposition: form-data; name=\"" + fields[i] + "\"\r\n\r\n"
                    + fields[i + 1] + "\r\n"));
        }
        form.writeBytes(ascii("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"));
        form.writeBytes(file);
        form.writeBytes(ascii("\r\n--x--\r\n"));
        return send(path, "multipart/form-data; boundary=x", form.toByteArray());
    }

    private HttpResponse<String> send(String path, String type, byte[] body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    @ParameterizedTest
    @ValueSource(strings = {PATH, "/v1/audio/translations"})
    void aFormReachesTheReplicaWithItsFieldsAndItsFile(String path) throws Exception {
        byte[] file = wav(1_600);

        HttpResponse<String> answer = send(
                path, file, "model", "scribe", "prompt", "Rivulet", "temperature", "0.2", "response_format", "json");

        assertThat(answer.body()).isEqualTo("{\"text\":\"hello\"}");
        JsonNode asked =
                JsonMapper.shared().readTree(replica.received.getFirst().body());
        assertThat(replica.received.getFirst().path()).isEqualTo(path);
        assertThat(asked.path("model").asString()).isEqualTo("scribe");
        assertThat(asked.path("prompt").asString()).isEqualTo("Rivulet");
        assertThat(asked.path("temperature").asString()).isEqualTo("0.2");
        assertThat(asked.path("stream").asBoolean()).isFalse();
        assertThat(Base64.getDecoder().decode(asked.path("audio").asString())).isEqualTo(file);
    }

    @Test
    void subtitlesComeBackAsTheyAre() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/vtt;charset=utf-8")
                .header("x-rivulet-text", "true")
                .sendString(Mono.just("WEBVTT\n\n")));

        HttpResponse<String> answer = send(PATH, wav(1_600), "model", "scribe", "response_format", "vtt");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("WEBVTT\n\n");
        assertThat(answer.headers().firstValue("content-type")).contains("text/vtt;charset=utf-8");
    }

    @Test
    void aStreamComesBackEventByEvent() throws Exception {
        replica.streaming(
                "data: {\"type\":\"transcript.text.delta\",\"delta\":\"hello\"}\n\n",
                "data: {\"type\":\"transcript.text.done\",\"text\":\"hello\"}\n\n",
                "data: [DONE]\n\n");

        HttpResponse<String> answer = send(PATH, wav(1_600), "model", "scribe", "stream", "true");

        assertThat(answer.body()).contains("transcript.text.delta", "transcript.text.done", "[DONE]");
        JsonNode asked =
                JsonMapper.shared().readTree(replica.received.getFirst().body());
        assertThat(asked.path("stream").asBoolean()).isTrue();
    }

    @Test
    void whatContradictsItselfIsRefusedBeforeAReplicaHearsOfIt() throws Exception {
        byte[] cut = Arrays.copyOf(wav(1_600), 1_000);

        HttpResponse<String> answer = send(PATH, cut, "model", "scribe");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("'file' is refused", "was cut off", "\"param\":\"file\"");
        assertThat(replica.received).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            language | en | 'model' is missing
            stream | maybe | 'stream' must be
            include[] | logprobs | 'include[]' is not supported
            """)
    void aFormThatIsNotUnderstoodIsRefusedWithItsField(String field, String value, String says) throws Exception {
        String[] fields =
                field.equals("language") ? new String[] {field, value} : new String[] {"model", "scribe", field, value};

        HttpResponse<String> answer = send(PATH, wav(1_600), fields);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(says);
    }

    @Test
    void anythingButAFormIsRefused() throws Exception {
        assertThat(send(PATH, "application/json", ascii("{\"model\":\"scribe\",\"audio\":\"\"}"))
                        .statusCode())
                .isEqualTo(415);
    }
}
