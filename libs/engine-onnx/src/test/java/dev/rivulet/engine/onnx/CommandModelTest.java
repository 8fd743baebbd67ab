// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rivulet.engine.CommandModel;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.ModelRejectedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in recogniser of spoken commands, whole and damaged. */
class CommandModelTest {

    private static final Path BUILT_IN = Path.of("..", "..", "models", "artefacts", "rivulet-commands");
    private static final Engine ENGINE = new OnnxEngine();

    @TempDir
    Path folder;

    @Test
    void itHearsAWindow() throws Exception {
        try (CommandModel model = ENGINE.loadCommands(BUILT_IN, 1)) {
            int values = model.facts().mels() * model.facts().frames();

            float[] first = model.run(new float[values]);
            float[] again = model.run(new float[values]);

            assertThat(first).hasSize(model.facts().commands().size() + 1).isEqualTo(again);
            assertThat(model.facts().threshold()).isBetween(0.2, 0.99);
            assertThatIllegalArgumentException().isThrownBy(() -> model.run(new float[3]));
        }
    }

    @Test
    void aClosedRecogniserSaysSo() throws Exception {
        CommandModel model = ENGINE.loadCommands(BUILT_IN, 1);
        model.close();
        model.close();

        assertThatIllegalStateException().isThrownBy(() -> model.run(new float[9_600]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"num_mel_bins\": 40 | \"num_mel_bins\": 41 | stem.weight",
                "\"stem_channels\": 64 | \"stem_channels\": 0 | stem_channels must be a whole number from 1",
                "\"window_samples\": 38400 | \"window_samples\": 38401 | multiple of 160",
                "\"sampling_rate\": 16000 | \"sampling_rate\": 8000 | sampling_rate",
                "RivuletCommandRecogniser | LlamaForCausalLM | architectures must be",
                "\"threshold\" | \"treshold\" | threshold is missing",
                "\"kernel_size\": 5 | \"kernel_size\": 4 | kernel_size odd"
            })
    void aConfigurationThatIsNotThatOfTheWeightsIsRefused(String from, String to, String says) throws Exception {
        copy();
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));

        refused(says);
    }

    @Test
    void weightsThatAreNoNumbersAreRefused() throws Exception {
        copy();
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer weights = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        String header = new String(bytes, 8, (int) weights.getLong(0), StandardCharsets.UTF_8);
        int first = Integer.parseInt(
                header.replaceAll("(?s).*\"classifier\\.bias\".*?\"data_offsets\":\\[(\\d+),.*", "$1"));
        weights.putShort(8 + (int) weights.getLong(0) + first, (short) 0x7e00);
        Files.write(file, bytes);

        refused("damaged");
    }

    @Test
    void aFileThatEndsEarlyIsRefused() throws Exception {
        copy();
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        refused("model.safetensors");
    }

    private void refused(String says) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> ENGINE.loadCommands(folder, 1).close())
                .withMessageContaining(says);
    }

    private void copy() throws IOException {
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(BUILT_IN.resolve(name), folder.resolve(name));
        }
    }
}
