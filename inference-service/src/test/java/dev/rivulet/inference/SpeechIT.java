// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.web.reactive.function.BodyInserters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tiny random Whisper model behind OpenAI's paths of speech. */
class SpeechIT {

    private static final Path WHISPER = Path.of("..", "libs", "engine-onnx", "src", "test", "resources", "whisper");
    private static final Path AUDIO = Path.of("..", "libs", "audio-input", "src", "test", "resources", "audio");
    private static final String PATH = "/v1/audio/transcriptions";

    @TempDir
    private static Path cache;

    private static KafkaBroker broker;
    private static RegistryStub registry;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        broker = new KafkaBroker();
        registry = new RegistryStub();
        replica = Replica.start("spring.kafka.bootstrap-servers=" + broker.address(), "rivulet.models.cache=" + cache);
        broker.send(ModelEvents.champion(registry, "whisper-tiny", "automatic-speech-recognition", WHISPER));
        await().atMost(Duration.ofSeconds(120))
                .until(() -> text(replica.client()
                                .get()
                                .uri("/internal/replica")
                                .exchange()
                                .expectBody()
                                .returnResult())
                        .contains("\"TRANSCRIPTION\""));
    }

    @AfterAll
    static void stop() {
        replica.close();
        registry.close();
        broker.close();
    }

    private static MultipartBodyBuilder form(String file, String... fields) throws IOException {
        byte[] bytes = Files.readAllBytes(AUDIO.resolve(file));
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", new ByteArrayResource(bytes) {
            @Override
            public String getFilename() {
                return "sound.bin";
            }
        });
        for (int i = 0; i < fields.length; i += 2) {
            form.part(fields[i], fields[i + 1]);
        }
        return form;
    }

    private static EntityExchangeResult<byte[]> send(String path, MultipartBodyBuilder form, int status) {
        return replica.client()
                .mutate()
                .responseTimeout(Duration.ofMinutes(2))
                .build()
                .post()
                .uri(path)
                .body(BodyInserters.fromMultipartData(form.build()))
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult();
    }

    private static String text(EntityExchangeResult<byte[]> result) {
        return new String(Objects.requireNonNull(result.getResponseBodyContent()), StandardCharsets.UTF_8);
    }

    private static JsonNode json(EntityExchangeResult<byte[]> result) {
        return JsonMapper.shared().readTree(text(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {"glide.wav", "s24-16000.flac", "vorbis-16000.ogg", "opus-16000.opus", "mp3-16000.mp3"})
    void audioOfEachKindIsWrittenDown(String file) throws IOException {
        JsonNode answer = json(send(PATH, form(file, "model", "whisper-tiny", "language", "en"), 200));
        assertThat(answer.path("text").asString()).isNotBlank();
        assertThat(answer.path("usage").path("seconds").asInt()).isBetween(1, 2);
    }

    @Test
    void theVerboseFormTellsOfSegmentsTheLanguageAndTheLength() throws IOException {
        JsonNode answer = json(send(
                PATH,
                form(
                        "glide.wav",
                        "model",
                        "whisper-tiny",
                        "response_format",
                        "verbose_json",
                        "timestamp_granularities[]",
                        "segment"),
                200));
        assertThat(answer.path("task").asString()).isEqualTo("transcribe");
        assertThat(answer.path("language").asString()).isIn("english", "german", "japanese");
        assertThat(answer.path("duration").asDouble()).isBetween(1.2, 1.3);
        assertThat(answer.path("segments")).isNotEmpty();
        JsonNode first = answer.path("segments").path(0);
        assertThat(first.path("end").asDouble())
                .isGreaterThanOrEqualTo(first.path("start").asDouble());
        assertThat(first.path("tokens")).isNotEmpty();
        assertThat(first.path("avg_logprob").asDouble()).isNegative();
    }

    @Test
    void textAndSubtitlesComeAsPlainText() throws IOException {
        var plain = send(
                PATH, form("glide.wav", "model", "whisper-tiny", "language", "de", "response_format", "text"), 200);
        assertThat(plain.getResponseHeaders().getContentType()).hasToString("text/plain;charset=utf-8");
        assertThat(text(plain)).endsWith("\n");
        var srt =
                send(PATH, form("glide.wav", "model", "whisper-tiny", "language", "de", "response_format", "srt"), 200);
        assertThat(text(srt)).containsPattern("^1\n\\d\\d:\\d\\d:\\d\\d,\\d{3} --> \\d\\d:\\d\\d:\\d\\d,\\d{3}\n");
        var vtt =
                send(PATH, form("glide.wav", "model", "whisper-tiny", "language", "de", "response_format", "vtt"), 200);
        assertThat(text(vtt)).containsPattern("^WEBVTT\n\n\\d\\d:\\d\\d:\\d\\d\\.\\d{3} --> ");
    }

    @Test
    void aStreamTellsOfSegmentsAndEndsWithTheTextOfAll() throws IOException {
        var stream = send(PATH, form("glide.wav", "model", "whisper-tiny", "language", "en", "stream", "true"), 200);
        assertThat(stream.getResponseHeaders().getContentType()).hasToString("text/event-stream");
        String[] events = text(stream).split("\n\n");
        assertThat(events[0]).contains("\"transcript.text.delta\"");
        assertThat(events[events.length - 1]).isEqualTo("data: [DONE]");
        StringBuilder deltas = new StringBuilder();
        String whole = "";
        for (String event : events) {
            if (event.startsWith("data: {")) {
                JsonNode data = JsonMapper.shared().readTree(event.substring(6));
                deltas.append(data.path("delta").asString(""));
                whole = data.path("text").asString(whole);
            }
        }
        assertThat(deltas.toString().strip()).isEqualTo(whole).isNotEmpty();
    }

    @Test
    void aTranslationIsEnglishAndTakesAPrompt() throws IOException {
        var form = form("glide.wav", "model", "whisper-tiny", "prompt", "Rivulet", "response_format", "verbose_json");
        JsonNode answer = json(send("/v1/audio/translations", form, 200));
        assertThat(answer.path("task").asString()).isEqualTo("translate");
        assertThat(answer.path("language").asString()).isEqualTo("english");
    }

    @Test
    void aSoundThatWasHeardBeforeIsNotEncodedAgainForTheSameCaller() throws IOException {
        String hits = "rivulet_inference_media_cache_lookups_total{kind=\"sound\",outcome=\"hit\"}";
        send(PATH, form("s16-44100-stereo.flac", "model", "whisper-tiny", "language", "en"), 200);
        double before = metric(hits);
        send(PATH, form("s16-44100-stereo.flac", "model", "whisper-tiny", "language", "de"), 200);
        assertThat(metric(hits)).isGreaterThan(before);
    }

    private static double metric(String name) {
        String all = text(replica.client()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody()
                .returnResult());
        return all.lines()
                .filter(line -> line.startsWith(name.substring(0, name.indexOf('{')))
                        && line.contains(name.substring(name.indexOf('{') + 1, name.length() - 1)))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            glide.wav | model | nobody | 404 | There is no model
            glide.wav | language | en | 400 | 'model' is missing
            glide-80-alone.f32 | model | whisper-tiny | 400 | no audio that is read
            """)
    void whatIsWrongIsRefusedInOpenAisForm(String file, String field, String value, int status, String says)
            throws IOException {
        JsonNode error = json(send(PATH, form(file, field, value), status)).path("error");
        assertThat(error.path("message").asString()).contains(says);
        assertThat(error.propertyNames()).contains("message", "type", "param", "code");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            response_format | docx | must be json
            language | xx | does not know
            temperature | hot | from 0 to 1
            stream | maybe | true or false
            timestamp_granularities[] | segment | needs response_format
            include[] | logprobs | is not supported
            """)
    void aFieldThatIsNotUnderstoodIsNamed(String field, String value, String says) throws IOException {
        JsonNode error = json(send(PATH, form("glide.wav", "model", "whisper-tiny", field, value), 400))
                .path("error");
        assertThat(error.path("message").asString()).contains(says);
    }
}
