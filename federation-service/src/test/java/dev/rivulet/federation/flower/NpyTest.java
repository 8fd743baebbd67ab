// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federation.flower.Npy.Tensor;
import dev.rivulet.federation.flower.Npy.UnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {

    /** Written by NumPy 2.4: name, shape, bytes, and the float32 that they stand for in C's order. */
    private static final Path WRITTEN_BY_NUMPY = Path.of("src/test/resources/flower/arrays.txt");

    private static List<String[]> rows() throws IOException {
        return Files.readAllLines(WRITTEN_BY_NUMPY).stream()
                .map(row -> row.split(" "))
                .toList();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static Tensor read(byte[] bytes) throws UnreadableException {
        return Npy.read(ByteBuffer.wrap(bytes), 1000);
    }

    private static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static List<Integer> shape(String text) {
        return text.equals("-")
                ? List.of()
                : Arrays.stream(text.split("x")).map(Integer::valueOf).toList();
    }

    @Test
    void whatNumPyWroteIsReadInWhicheverOrderItsValuesLie() throws Exception {
        assertThat(rows()).hasSizeGreaterThan(9);
        for (String[] row : rows()) {
            Tensor tensor = read(bytes(row[2]));
            assertThat(tensor.shape()).as(row[0]).isEqualTo(shape(row[1]));
            assertThat(littleEndian(tensor.values())).as(row[0]).isEqualTo(bytes(row[3]));
        }
    }

    @Test
    void whatIsWrittenIsWhatNumPyWrites() throws Exception {
        for (String[] row : rows()) {
            if (List.of("vector", "scalar", "matrix", "one").contains(row[0])) {
                Tensor tensor = read(bytes(row[2]));
                float[] among = new float[tensor.values().length + 3];
                System.arraycopy(tensor.values(), 0, among, 2, tensor.values().length);

                assertThat(Npy.write(tensor.shape(), among, 2, tensor.values().length))
                        .as(row[0])
                        .isEqualTo(bytes(row[2]));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 999999999, 999999999), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': __import__('os'), }",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
                ""
            })
    void whatIsNoArrayOfFloatsOfItsSizeIsRefused(String header) {
        ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> read(bytes.array())).isInstanceOf(UnreadableException.class);
    }

    @Test
    void whateverTheBytesAreTheyAreAnArrayOrRefused() throws Exception {
        Random random = new Random(11);
        List<String[]> rows = rows();
        for (int i = 0; i < 20_000; i++) {
            byte[] good = bytes(rows.get(random.nextInt(rows.size()))[2]);
            byte[] bytes = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length + 9) : good.length);
            for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
                bytes[random.nextInt(Math.min(bytes.length, 90))] = (byte) random.nextInt();
            }
            try {
                assertThat(read(bytes).values().length).isLessThanOrEqualTo(1000);
            } catch (UnreadableException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
