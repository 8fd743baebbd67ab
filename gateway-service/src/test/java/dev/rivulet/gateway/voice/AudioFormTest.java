// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.routing.Replica;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recordings in all forms in which a caller may send them. */
@ExtendWith(SharedGateway.class)
class AudioFormTest {

    private static final String PATH = "/v1/audio/commands";
    private static final String SOUND = "not really a sound";

    private final GatewayFixture gateway;
    private final StubReplica replica = StubReplica.start("ears").json(200, "{\"object\":\"audio.command\"}");

    AudioFormTest(GatewayFixture gateway) {
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
                        List.of(new Replica.Served("ears", "1", Replica.State.READY, 0, 0, Set.of("AUDIO_COMMANDS")))));
    }

    @AfterEach
    void leave() {
        gateway.routes().left(replica.id());
        replica.close();
    }

    private HttpResponse<String> send(String path, String type, String body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String part(String name, String file, String content) {
        return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"" + file + "\r\n\r\n" + content + "\r\n";
    }

    private void isAsked() {
        JsonNode asked =
                JsonMapper.shared().readTree(replica.received.getFirst().body());
        assertThat(asked.path("model").asString()).isEqualTo("ears");
        assertThat(new String(Base64.getDecoder().decode(asked.path("audio").asString()), StandardCharsets.UTF_8))
                .isEqualTo(SOUND);
    }

    @Test
    void theFileOfAFormReachesTheReplica() throws Exception {
        String form = part("model", "", "ears") + part("language", "", "en")
                + part("file", "; filename=\"a.wav\"", SOUND) + "--x--\r\n";

        assertThat(send(PATH, "multipart/form-data; boundary=x", form).statusCode())
                .isEqualTo(200);
        isAsked();
    }

    @Test
    void aBodyOfSoundReachesTheReplica() throws Exception {
        assertThat(send(PATH + "?model=ears", "audio/wav", SOUND).statusCode()).isEqualTo(200);
        isAsked();
    }

    @Test
    void jsonReachesTheReplicaAsItIs() throws Exception {
        String body = "{\"model\":\"ears\",\"audio\":\""
                + Base64.getEncoder().encodeToString(SOUND.getBytes(StandardCharsets.UTF_8)) + "\"}";

        assertThat(send(PATH, "application/json", body).statusCode()).isEqualTo(200);
        isAsked();
    }

    @Test
    void aFormWithoutItsFileOrItsEndIsRefused() throws Exception {
        String model = part("model", "", "ears");

        assertThat(send(PATH, "multipart/form-data; boundary=x", model + "--x--\r\n")
                        .body())
                .contains("'file' is missing");
        assertThat(send(PATH, "multipart/form-data; boundary=x", part("file", "; filename=\"a\"", SOUND) + "--x--\r\n")
                        .body())
                .contains("'model' is missing");
        assertThat(send(PATH, "multipart/form-data; boundary=x", model).body()).contains("can't be read");
        assertThat(send(PATH, "multipart/form-data; boundary=x", model + "x".repeat(5_000))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send(PATH, "multipart/form-data", model).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/audio/commands, text/plain, 415",
        "/v1/audio/commands, nonsense, 415",
        "/v1/chat/completions, multipart/form-data; boundary=x, 415",
        "/v1/chat/completions, audio/wav, 415",
        "/v1/audio/commands, audio/wav, 400"
    })
    void otherFormsAndOtherPathsAreRefused(String path, String type, int status) throws Exception {
        assertThat(send(path, type, SOUND).statusCode()).isEqualTo(status);
    }
}
