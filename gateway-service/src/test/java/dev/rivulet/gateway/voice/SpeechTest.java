// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import java.io.File;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Speech in OpenAI's form. What needs the synthesiser is left out where it is not installed. */
@ExtendWith(SharedGateway.class)
class SpeechTest {

    private static final String PATH = "/v1/audio/speech";

    private final GatewayFixture gateway;

    SpeechTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    private static void requireSynthesiser() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "espeak-ng")));
        assumeTrue(found, "espeak-ng is not installed (Debian: apt-get install espeak-ng)");
    }

    private HttpResponse<byte[]> speak(String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(gateway.url(PATH))
                            .header("authorization", "Bearer " + GatewayFixture.KEY)
                            .header("content-type", "application/json")
                            .timeout(Duration.ofSeconds(60))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @Test
    void aTextIsSpokenAsWav() throws Exception {
        requireSynthesiser();

        HttpResponse<byte[]> answer = speak("""
                {"model":"tts-1","voice":"alloy","input":"The lights are off; nothing else to do.","response_format":"wav"}""");
        byte[] wav = answer.body();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("audio/wav");
        ByteBuffer head = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(head.getInt(24)).isEqualTo(Synthesiser.RATE);
        assertThat(wav.length / 2.0 / Synthesiser.RATE).as("seconds").isBetween(1.0, 6.0);
        assertThat(loudest(wav)).isGreaterThan(3_000);
    }

    @Test
    void twiceTheSpeedTakesHalfTheTime() throws Exception {
        requireSynthesiser();
        String request = "{\"model\":\"espeak-ng\",\"voice\":\"echo\",\"response_format\":\"pcm\",\"speed\":%s,"
                + "\"input\":\"one two three four five six seven eight nine ten\"}";

        int slow = speak(request.formatted("1")).body().length;
        int fast = speak(request.formatted("2")).body().length;

        assertThat((double) slow / fast).isBetween(1.5, 2.6);
    }

    /** What a shell, or the synthesiser's own options, would make of it must not happen. */
    @Test
    void aTextOfOptionsAndCommandsIsSpoken(@TempDir Path folder) throws Exception {
        requireSynthesiser();
        Path made = folder.resolve("made");

        HttpResponse<byte[]> answer = speak("""
                {"model":"tts-1","voice":"nova","input":"-w %1$s $(touch %1$s) `id`; --help","response_format":"pcm"}""".formatted(made));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().length).isGreaterThan(Synthesiser.RATE);
        assertThat(made).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'model':'tts-1','voice':'alloy','input':'a','response_format':'mp3'} | response_format | 'mp3' is not made",
                "{'model':'tts-1','voice':'alloy','input':'a','response_format':'midi'} | response_format | 'wav' or 'pcm'",
                "{'model':'tts-1','voice':'nobody','input':'a'} | voice | alloy, ash",
                "{'model':'tts-1','voice':'alloy','input':'  '} | input | 1 to 4096",
                "{'model':'tts-1','voice':'alloy'} | input | missing",
                "{'model':'tts-1','voice':'alloy','input':'a','speed':9} | speed | 0.25 to 4",
                "{'model':'tts-1','voice':'alloy','input':'a','stream_format':'sse'} | stream_format | 'audio'",
                "{'model':'tts-1','voice':'alloy','input':'a','loudness':1} | loudness | no such field"
            })
    void whatCannotBeSpokenIsRefusedByName(String body, String param, String says) throws Exception {
        HttpResponse<String> answer = gateway.post(PATH, body.replace('\'', '"'));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"param\":\"" + param + "\"").contains(says);
    }

    @Test
    void anotherModelDoesNotSpeak() throws Exception {
        HttpResponse<String> answer =
                gateway.post(PATH, "{\"model\":\"rivulet-assistant\",\"voice\":\"alloy\",\"input\":\"a\"}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("model_not_found").contains("espeak-ng");
    }

    @Test
    void withoutTheProgramTheAnswerSaysHowToInstallIt() {
        Flux<byte[]> sound =
                new EspeakSynthesiser(limits("no-such-program-here"), Schedulers.immediate()).speak(request("hello"));

        StepVerifier.create(sound)
                .verifyErrorMatches(
                        failure -> String.valueOf(failure.getMessage()).contains("apt-get install espeak-ng"));
    }

    @Test
    void theProgramIsKilledWhenNobodyListensAnyLonger() {
        requireSynthesiser();
        Scheduler threads = Schedulers.newBoundedElastic(1, 1, "speech-test");
        try {
            String text = "and so on and so forth, ".repeat(2_000);
            StepVerifier.create(new EspeakSynthesiser(limits("espeak-ng"), threads).speak(request(text)), 1)
                    .expectNextCount(1)
                    .thenCancel()
                    .verify(Duration.ofSeconds(60));

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> ProcessHandle.current()
                            .descendants()
                            .noneMatch(process ->
                                    process.info().command().orElse("").endsWith("espeak-ng")));
        } finally {
            threads.dispose();
        }
    }

    private static SpeechProperties limits(String program) {
        return new SpeechProperties(program, List.of("espeak-ng"), Map.of(), 100_000, Duration.ofSeconds(60), 2, 2);
    }

    private static SpeechRequest request(String text) {
        return new SpeechRequest("espeak-ng", text, "en-us", SpeechRequest.Format.PCM, 1);
    }

    private static int loudest(byte[] wav) {
        ByteBuffer sound = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).position(44);
        int loudest = 0;
        while (sound.remaining() >= 2) {
            loudest = Math.max(loudest, Math.abs(sound.getShort()));
        }
        return loudest;
    }
}
