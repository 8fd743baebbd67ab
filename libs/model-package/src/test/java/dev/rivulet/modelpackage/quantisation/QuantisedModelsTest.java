// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.quantisation.QuantisedModels.Source;
import dev.rivulet.modelpackage.safetensors.SafetensorsFile;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantisedModelsTest {

    private static final int OUTPUTS = 3;
    private static final int INPUTS = 32;
    private static final List<LinearTensor> MATRICES = List.of(new LinearTensor("w", "x", OUTPUTS, INPUTS, true));

    @TempDir
    Path folder;

    private final Quantiser form = new ChannelInt8Form();

    @Test
    void valuesAreTransposedForProductsAndKeptAsRowsForLookUps() throws Exception {
        Weights kept = models(1 << 20).get(form, source(0));
        ByteBuffer product = kept.data("w" + ChannelInt8Form.VALUES);
        ByteBuffer rows = kept.data("w" + ChannelInt8Form.ROWS);
        assertThat(kept.floats("w" + ChannelInt8Form.SCALES).get(1)).isEqualTo(63 / 127f);
        for (int output = 0; output < OUTPUTS; output++) {
            for (int input = 0; input < INPUTS; input++) {
                assertThat(product.get(input * OUTPUTS + output)).isEqualTo(rows.get(output * INPUTS + input));
            }
        }
        assertThat(rows.get(2 * INPUTS - 1)).isEqualTo((byte) 127);
    }

    @Test
    void aFileThatHidesAnotherBehindASoundNameIsDeletedAndMadeAnew() throws Exception {
        Source source = source(0);
        models(1 << 20).make(form, source);
        Path file = files().getFirst();
        byte[] sound = Files.readAllBytes(file);
        byte[] hostile = sound.clone();
        hostile[hostile.length - 1] ^= 1;
        Files.write(file, hostile);
        assertThat(models(1 << 20).find(form.label(), form, source)).isEmpty();
        assertThat(file).doesNotExist();
        models(1 << 20).get(form, source);
        assertThat(file).hasBinaryContent(sound);
    }

    @Test
    void aSoundFileOfAnotherModelIsNotUsed() throws Exception {
        models(1 << 20).make(form, source(0));
        Path file = files().getFirst();
        Source other = new Source(
                source(0).weights(),
                List.of(new LinearTensor("w", "x", INPUTS, OUTPUTS, true)),
                source(0).digest());
        assertThat(models(1 << 20).find(form.label(), form, other)).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void theLongestUnusedFilesGoFirst() throws Exception {
        models(1 << 20).make(form, source(0));
        QuantisedModels models = models(2 * Files.size(files().getFirst()));
        models.make(form, source(1));
        assertThat(models.find(form.label(), form, source(0)))
                .as("used in 2033")
                .isPresent();
        models.make(form, source(2));
        assertThat(models.find(form.label(), form, source(0))).isPresent();
        assertThat(models.find(form.label(), form, source(1))).isEmpty();
        assertThat(models.find(form.label(), form, source(2))).isPresent();
    }

    @Test
    void weightsThatAreNoNumbersAreRefused() throws Exception {
        Source source = source(Float.NaN);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> models(1 << 20).get(form, source))
                .withMessageContaining("damaged");
        assertThat(files()).isEmpty();
    }

    @Test
    void inputsThatAreNoMultipleOfABlockAreRefusedForFourBits() throws Exception {
        Source source =
                new Source(source(0).weights(), List.of(new LinearTensor("w", "x", INPUTS, OUTPUTS, false)), "digest");
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> QuantisedModels.once(BlockInt4Form.nearest(), source))
                .withMessageContaining("multiples of 32");
    }

    private QuantisedModels models(long limit) {
        return new QuantisedModels(
                folder.resolve("kept"), limit, Clock.fixed(Instant.ofEpochSecond(2_000_000_000), ZoneOffset.UTC));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
            return files.toList();
        }
    }

    /** Weights 0, 1, 2, … but for the first. */
    private Source source(float first) throws IOException, ModelRejectedException {
        int count = OUTPUTS * INPUTS;
        String json = "{\"w\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
                .formatted(OUTPUTS, INPUTS, 4 * count);
        byte[] header = (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header);
        for (int i = 0; i < count; i++) {
            bytes.putFloat(i == 0 ? first : i);
        }
        Path file = Files.createTempFile(folder, "source", ".safetensors");
        Files.write(file, bytes.array());
        return Source.of(SafetensorsFile.open(file), MATRICES);
    }
}
