// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.rivulet.federated.training.FrozenFactor;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class MergedWeightsTest {

    private static final String LAYER = "model.layers.0.mlp.up_proj";
    private static final AdapterOf OF = new AdapterOf("1", 2, 4, 9);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"F32, 4, 1e-6", "F16, 2, 2e-3", "BF16, 2, 2e-2"})
    void theProductIsAddedToItsMatrixAndNothingElseChanges(String type, int bytes, double apart) throws Exception {
        Path file = file(type, bytes);
        byte[] before = Files.readAllBytes(file);
        float[] up = {1, 0, 0, 1, 0.5f, -0.5f};

        MergedWeights.merge(file, adapter(LAYER, up), OF, JsonMapper.shared());

        byte[] after = Files.readAllBytes(file);
        int data =
                8 + (int) ByteBuffer.wrap(after).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(Arrays.copyOf(after, data)).isEqualTo(Arrays.copyOf(before, data));
        assertThat(Arrays.copyOfRange(after, data + 12 * bytes, after.length))
                .isEqualTo(Arrays.copyOfRange(before, data + 12 * bytes, before.length));
        float[] down = FrozenFactor.of(9, LAYER, 2, 4);
        for (int out = 0; out < 3; out++) {
            for (int in = 0; in < 4; in++) {
                double change = 2 * (up[2 * out] * down[in] + up[2 * out + 1] * down[4 + in]);
                assertThat(value(after, data + bytes * (4 * out + in), type))
                        .isCloseTo((float) (0.25 * (4 * out + in) + change), offset((float) apart));
            }
        }
    }

    @Test
    void anAdapterOfSomethingElseIsRefusedByTheNameOfItsTensor() throws Exception {
        Path file = file("F32", 4);
        assertThatThrownBy(() -> MergedWeights.merge(
                        file, adapter("model.layers.7.mlp.up_proj", new float[6]), OF, JsonMapper.shared()))
                .isInstanceOf(MergedWeights.UnfitException.class)
                .hasMessageContaining("layers.7");
        Parameters other = new Parameters(Layout.flat("bias", 6), new float[6]);
        assertThatThrownBy(() -> MergedWeights.merge(file, other, OF, JsonMapper.shared()))
                .isInstanceOf(MergedWeights.UnfitException.class)
                .hasMessageContaining("'bias' is no B");
    }

    private static float value(byte[] file, int at, String type) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        return switch (type) {
            case "F32" -> bytes.getFloat(at);
            case "F16" -> Float.float16ToFloat(bytes.getShort(at));
            default -> Float.intBitsToFloat(bytes.getShort(at) << 16);
        };
    }

    private static Parameters adapter(String layer, float[] values) {
        Layout layout =
                new Layout(List.of(new Layout.Tensor("base_model.model." + layer + ".lora_B.weight", List.of(3, 2))));
        return new Parameters(layout, values);
    }

    /** A matrix of 3 by 4 with the values 0, 0.25, …, and eight bytes of something else. */
    private Path file(String type, int bytes) throws Exception {
        String header = "{\"" + LAYER + ".weight\":{\"dtype\":\"" + type + "\",\"shape\":[3,4],\"data_offsets\":[0,"
                + 12 * bytes + "]},\"other\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + 12 * bytes + ","
                + (12 * bytes + 8) + "]}}";
        ByteBuffer file =
                ByteBuffer.allocate(8 + header.length() + 12 * bytes + 8).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 12; i++) {
            switch (type) {
                case "F32" -> file.putFloat(0.25f * i);
                case "F16" -> file.putShort(Float.floatToFloat16(0.25f * i));
                default -> file.putShort((short) (Float.floatToIntBits(0.25f * i) >>> 16));
            }
        }
        file.putLong(0x1234567890abcdefL);
        return Files.write(folder.resolve("weights"), file.array());
    }
}
