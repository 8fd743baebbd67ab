// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program on the built-in assistant, whole and damaged. */
class ImporterTest {
    private static final Path ASSISTANT = Path.of("../models/artefacts/rivulet-assistant");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Path model, String... options) {
        String[] words =
                Stream.concat(Stream.of(model.toString()), Stream.of(options)).toArray(String[]::new);
        return Importer.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                words);
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private JsonNode found() {
        return new JsonMapper().readTree(out.toByteArray());
    }

    /** A copy to damage. */
    private Path copy() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy"));
        try (Stream<Path> files = Files.list(ASSISTANT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        return copy;
    }

    @Test
    void aRecogniserOfCommandsIsDescribed() {
        Path recogniser = Path.of("../models/artefacts/rivulet-commands");
        assertThat(run(recogniser, "--task", "audio-classification")).as(told()).isZero();
        assertThat(found().path("facts").path("model.commands").asString("")).isEqualTo("36");
    }

    @Test
    void anotherModelIsNoRecogniserOfCommands() {
        assertThat(run(ASSISTANT, "--task", "audio-classification")).isEqualTo(1);
        assertThat(told()).contains("RivuletCommandRecogniser");
    }

    @Test
    void aModelOfSpeechIsDescribedAndAnotherIsNone() {
        Path whisper = Path.of("../libs/engine-onnx/src/test/resources/whisper");
        assertThat(run(whisper, "--task", "automatic-speech-recognition"))
                .as(told())
                .isZero();
        assertThat(found().path("facts").path("model.architecture").asString(""))
                .isEqualTo("WhisperForConditionalGeneration");
        assertThat(run(ASSISTANT, "--task", "automatic-speech-recognition")).isEqualTo(1);
        assertThat(told()).contains("WhisperForConditionalGeneration");
    }

    @Test
    void aGoodModelIsDescribed() {
        assertThat(run(ASSISTANT)).as(told()).isZero();
        assertThat(found().path("facts").path("model.architecture").asString(""))
                .isEqualTo("LlamaForCausalLM");
        assertThat(found().path("facts").path("model.parameters").asString("")).isEqualTo("2558400");
        assertThat(found().path("form").asString("?")).isEmpty();
    }

    @Test
    void anEncoderIsExaminedAsOneAndNotQuantised() {
        Path intent = ASSISTANT.resolveSibling("rivulet-intent");
        assertThat(run(intent, "--task", "text-classification")).as(told()).isZero();
        assertThat(found().path("facts").path("model.architecture").asString(""))
                .isEqualTo("BertForSequenceClassification");
        String forms = folder.resolve("forms").toString();
        assertThat(run(intent, "--task", "text-classification", "--weights", "w8r", "--forms", forms))
                .isEqualTo(1);
        assertThat(told()).contains("generate text alone");
    }

    @Test
    void theSmallestFormWithinTheLimitsIsChosenMeasuredAndKeptAlone() throws IOException {
        Path forms = folder.resolve("forms");
        assertThat(run(ASSISTANT, "--weights", "auto", "--forms", forms.toString()))
                .as(told())
                .isZero();

        JsonNode facts = found().path("facts");
        assertThat(facts.path("weights").asString("")).isEqualTo("w8r");
        assertThat(Double.parseDouble(facts.path("quality.agreement").asString("")))
                .isBetween(0.9, 1.0);
        assertThat(facts.path("quality.text").asString("")).isEqualTo("built-in");
        assertThat(Path.of(found().path("form").asString(""))).isRegularFile();
        try (Stream<Path> files = Files.list(forms)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aFormThatIsWorseThanTheLimitIsRefusedWithFigures() {
        int exit = run(
                ASSISTANT,
                "--weights",
                "int4",
                "--min-agreement",
                "0.99",
                "--forms",
                folder.resolve("forms").toString());
        assertThat(exit).isEqualTo(1);
        assertThat(told())
                .contains("perplexity", "at least 99.0 %", "weights of more bits")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "LlamaForCausalLM, RwkvForCausalLM, config.json, RwkvForCausalLM",
        "'\"num_hidden_layers\": 6', '\"num_hidden_layers\": 7', tensor, missing",
        "'\"hidden_size\": 192', '\"hidden_size\": 256', shape, ''",
    })
    void aConfigurationThatDoesNotFitIsRefusedInWords(String from, String to, String first, String second)
            throws IOException {
        Path model = copy();
        Path config = model.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
        assertThat(run(model)).isEqualTo(1);
        assertThat(told()).contains(first, second).doesNotContain("\tat ");
    }

    @Test
    void weightsThatOverlapOrEndTooEarlyAndTemplatesThatAreBrokenAreRefused() throws IOException {
        Path model = copy();
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 10));
        assertThat(run(model)).isEqualTo(1);
        assertThat(told()).contains("model.safetensors");
        Files.write(weights, bytes);
        Files.writeString(model.resolve("chat_template.jinja"), "{% for x in %}");
        assertThat(run(model)).isEqualTo(1);
        assertThat(told()).contains("chat_template.jinja");
    }
}
