// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.inference.encoding.ServingEncoders;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.tensors.ServingGraphs;
import dev.rivulet.inference.transcription.ServingSpeechModels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.web.reactive.function.BodyInserters;

/**
 * Models whose weights are damaged where the look at their loading does not see it: what they give is NaN for some requests. Each is
 * answered with an error that says so, and what the damage does not touch goes on.
 */
class DamagedModelsIT {

    private static final Path RESOURCES = Path.of("..", "libs", "engine-onnx", "src", "test", "resources");
    private static final Path SOUND = Path.of("..", "libs", "audio-input", "src", "test", "resources", "audio");
    private static final Path BUILT_IN = Path.of("..", "models", "artefacts");
    private static final String DAMAGED = "damaged for what the request says";

    /** The row of the word "the" in the vocabulary of the tiny encoders. */
    private static final int THE = 5;

    private static final int WIDTH = 32;

    @TempDir
    private static Path folders;

    private static Engine engine;
    private static Replica replica;

    @BeforeAll
    static void start() throws Exception {
        engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        replica = Replica.start("rivulet.models.cache=" + folders.resolve("cache"));
        Consumer<float[]> word = weights -> Arrays.fill(weights, THE * WIDTH, (THE + 1) * WIDTH, Float.NaN);
        encoder("bert-mean", "embeddings.word_embeddings.weight", word);
        encoder("bert-sequence", "bert.embeddings.word_embeddings.weight", word);
        encoder("bert-tokens", "bert.embeddings.word_embeddings.weight", word);
        encoder("bert-cross", "bert.embeddings.word_embeddings.weight", word);
        replica.bean(ServingEncoders.class)
                .serve(
                        version("clip"),
                        loaded(damaged(
                                "vision/clip",
                                "vision_model.embeddings.patch_embedding.weight",
                                DamagedModelsIT::blindedByStripes)));
        replica.bean(ServingSpeechModels.class)
                .serve(
                        version("whisper"),
                        engine.loadSpeech(
                                damaged("whisper", "model.encoder.conv1.weight", DamagedModelsIT::huge), 1, 0));
        replica.bean(dev.rivulet.inference.commands.ServingCommands.class)
                .serve(
                        version("commands"),
                        engine.loadCommands(
                                DamagedFolder.of(
                                        BUILT_IN.resolve("rivulet-commands"),
                                        Files.createDirectory(folders.resolve("commands")),
                                        "stem.weight",
                                        DamagedModelsIT::huge),
                                1));
        replica.bean(ServingGraphs.class).serve(version("sum"), engine.loadGraph(sumWithoutAnAddend(), 1));
    }

    @AfterAll
    static void stop() {
        replica.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /v1/embeddings | {"model":"bert-mean","input":%s} | ["ok","the lamp"] | ["ok"]
            /v1/embeddings | {"model":"bert-mean","input":%s,"encoding_format":"base64"} | "the lamp" | "ok"
            /v1/classify | {"model":"bert-sequence","input":%s} | "the lamp" | "ok"
            /v1/classify | {"model":"bert-tokens","input":%s} | "the lamp" | "ok"
            /v1/rerank | {"model":"bert-cross","query":"ok","documents":%s} | ["ok","the lamp"] | ["ok"]
            """)
    void aTextThatTheDamageTouchesIsAnErrorThatSaysSoAndOthersAreAnswered(
            String path, String body, String touched, String other) {
        String failed = json(path, body.formatted(touched), 500);

        assertThat(failed).contains(DAMAGED, "\"code\":\"internal_error\"").doesNotContain("NaN");
        assertThat(json(path, body.formatted(other), 200)).doesNotContain("NaN");
    }

    @Test
    void aPictureThatTheDamageTouchesIsAnErrorThatSaysSoAndOthersAreAnswered() throws IOException {
        String body = "{\"model\":\"clip\",\"input\":[{\"image\":\"%s\"}]}";

        assertThat(json("/v1/embeddings", body.formatted(picture(true)), 503))
                .contains("gave values that are no numbers");
        assertThat(json("/v1/embeddings", body.formatted(picture(false)), 200)).doesNotContain("NaN");
    }

    @Test
    void aSpokenCommandIsNotToldAsUnsureWhereTheModelGivesNoNumbers() throws IOException {
        String audio = Base64.getEncoder()
                .encodeToString(Files.readAllBytes(Path.of("..", "models", "building", "speech", "000.opus")));

        assertThat(json("/v1/audio/commands", "{\"model\":\"commands\",\"audio\":\"" + audio + "\"}", 500))
                .contains("recogniser of commands", DAMAGED);
    }

    @Test
    void speechIsNotWrittenDownFromWhatIsNoNumbersWhetherItIsStreamedOrNot() throws IOException {
        assertThat(transcription(500, "false")).contains("encoder of sounds", DAMAGED, "internal_error");
        assertThat(transcription(200, "true"))
                .contains("encoder of sounds", DAMAGED)
                .doesNotContain("[DONE]");
    }

    @Test
    void aTensorOfAnyGraphThatIsNoNumbersIsNoJsonAndComesInBytes() {
        String ask = """
                {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}],
                 "outputs":[{"name":"y","parameters":{"binary_data":%s}}]}""";

        assertThat(json("/v2/models/sum/infer", ask.formatted("false"), 500))
                .contains("output 'y' has values that are no numbers", "binary_data");
        assertThat(json("/v2/models/sum/infer", ask.formatted("true"), 200)).contains("\"binary_data_size\":8");
    }

    @Test
    void weightsThatAreNoNumbersAtAllAreRefusedWhenTheyAreLoaded() throws IOException {
        Consumer<float[]> all = weights -> Arrays.fill(weights, Float.NaN);
        Path sequence = damaged("encoders/bert-sequence", "classifier.weight", all);
        Path speech = damaged("whisper", "model.encoder.conv1.bias", all);

        assertThatThrownBy(() -> loaded(sequence))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> engine.loadSpeech(speech, 1, 0))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining("no numbers");
    }

    private static void encoder(String name, String tensor, Consumer<float[]> damage) throws Exception {
        EncoderModel model = loaded(damaged("encoders/" + name, tensor, damage));
        replica.bean(ServingEncoders.class).serve(version(name), model);
    }

    private static EncoderModel loaded(Path folder) throws IOException, ModelRejectedException {
        return engine.loadEncoder(folder, new EncoderOptions(1, 64, 256));
    }

    private static ModelVersion version(String model) {
        return new ModelVersion(model, "1");
    }

    private static Path damaged(String resource, String tensor, Consumer<float[]> damage) throws IOException {
        return DamagedFolder.of(
                RESOURCES.resolve(resource), Files.createTempDirectory(folders, "model"), tensor, damage);
    }

    /** Silence, which is all that is heard at loading, stays silence; any sound is beyond what 32 bits hold. */
    private static void huge(float[] weights) {
        Arrays.fill(weights, 0, weights.length / 2, 1e38f);
        Arrays.fill(weights, weights.length / 2, weights.length, -1e38f);
    }

    /** The first filter of each patch takes its right column from its left one: nothing of a plain picture, too much of stripes. */
    private static void blindedByStripes(float[] filters) {
        Arrays.fill(filters, 0, 3 * 8 * 8, 0);
        filters[0] = 0x1p127f;
        filters[7] = -0x1p127f;
    }

    private static String picture(boolean striped) throws IOException {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 32; x++) {
            for (int y = 0; y < 32; y++) {
                image.setRGB(x, y, striped && x % 8 == 0 ? 0xffffff : 0);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }

    /** The graph that adds [1, 2], with NaN in place of the 1. */
    private static Path sumWithoutAnAddend() throws IOException {
        byte[] model = Files.readAllBytes(RESOURCES.resolve("graphs/sum/model.onnx"));
        ByteBuffer bytes = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (bytes.getFloat(at) != 1 || bytes.getFloat(at + Float.BYTES) != 2) {
            at++;
        }
        bytes.putFloat(at, Float.NaN);
        Path folder = Files.createDirectory(folders.resolve("sum"));
        Files.write(folder.resolve("model.onnx"), model);
        return folder;
    }

    private static String json(String path, String body, int status) {
        byte[] answer = replica.client()
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult()
                .getResponseBodyContent();
        return new String(Objects.requireNonNull(answer), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String transcription(int status, String stream) throws IOException {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", new ByteArrayResource(Files.readAllBytes(SOUND.resolve("glide.wav"))) {
            @Override
            public String getFilename() {
                return "sound.wav";
            }
        });
        form.part("model", "whisper");
        form.part("stream", stream);
        byte[] answer = replica.client()
                .post()
                .uri("/v1/audio/transcriptions")
                .body(BodyInserters.fromMultipartData(form.build()))
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult()
                .getResponseBodyContent();
        return new String(Objects.requireNonNull(answer), java.nio.charset.StandardCharsets.UTF_8);
    }
}
