// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.compression.Encoded.Dense;
import dev.rivulet.federated.compression.Encoded.Sketched;
import dev.rivulet.federated.compression.Encoded.Sparse;
import dev.rivulet.federated.update.Checked.Accepted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The Python client and the JVM read what the other wrote: each keeps a file of bytes and of the values that these stand for. The
 * tests of {@code clients/python} hold that Python writes its file still, and reads this one.
 */
class PythonUpdatesTest {

    private static final Path GOLDEN = Path.of("../../clients/python/tests/golden");
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void whatPythonWroteIsReadAndWouldBeWrittenAgain() throws IOException {
        List<String> rows = Files.readAllLines(GOLDEN.resolve("updates-of-python.txt"));
        assertThat(rows).hasSizeGreaterThan(20);
        for (String row : rows) {
            String[] parts = row.split(" ");
            int size = Integer.parseInt(parts[1]);
            byte[] bytes = HEX.parseHex(parts[2]);
            Encoded encoded = read(bytes, size);
            assertThat(shown(values(encoded))).as(parts[0]).isEqualTo(parts[3]);
            assertThat(UpdateCodec.write(encoded)).isEqualTo(bytes);
        }
    }

    @Test
    void whatPythonReadsInItsTestsIsWhatIsWrittenNow() throws IOException {
        List<String> now = new ArrayList<>();
        for (int size : new int[] {1, 7, 300}) {
            Random random = new Random(size);
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextGaussian();
            }
            schemes().forEach((name, scheme) -> {
                byte[] bytes = UpdateCodec.write(new Compressor(new Random(3)).encode(values, scheme));
                now.add(name + " " + size + " " + HEX.formatHex(bytes) + " " + shown(values(read(bytes, size))));
            });
        }
        Path file = GOLDEN.resolve("updates-of-jvm.txt");
        if (Boolean.getBoolean("rivulet.write")) {
            Files.write(file, now);
        }
        assertThat(Files.readAllLines(file)).isEqualTo(now);
    }

    private static Map<String, Scheme> schemes() {
        Map<String, Scheme> schemes = new LinkedHashMap<>();
        schemes.put("all-32", Scheme.dense(32));
        schemes.put("all-8", Scheme.dense(8));
        schemes.put("all-4-of-7", new Scheme(new Scheme.Places.All(), 4, 7));
        schemes.put("top-32", Scheme.top(31, 32));
        schemes.put("top-8", Scheme.top(31, 8));
        schemes.put("top-4", Scheme.top(31, 4));
        return schemes;
    }

    private static Encoded read(byte[] bytes, int size) {
        var read = UpdateCodec.read(bytes, new UpdateCodec.Expected(size, 1 << 20));
        assertThat(read).isInstanceOf(Accepted.class);
        return ((Accepted<Encoded>) read).value();
    }

    private static float[] values(Encoded encoded) {
        return switch (encoded) {
            case Dense dense -> dense.values();
            case Sparse sparse -> sparse.values();
            case Sketched sketched -> throw new AssertionError("a sketch of " + sketched.size());
        };
    }

    /** Places that are not zero and their float32, little-endian, such as {@code 3:0000803f}. */
    private static String shown(float[] values) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                byte[] bytes = ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(values[i])
                        .array();
                shown.add(i + ":" + HEX.formatHex(bytes));
            }
        }
        return shown.isEmpty() ? "-" : String.join(",", shown);
    }
}
