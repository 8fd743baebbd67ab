// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.DamagedReads;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SafetensorsFileTest {

    /** Bytes; an input has some 200, Jackson's buffers and its error are the rest. */
    private static final long MOST_HEAP = 1 << 20;

    private static final String TWO = "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
            + "\"b\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[16,22]}}";

    @TempDir
    private Path folder;

    @Test
    void readsWhatIsThere() throws Exception {
        byte[] data = new byte[22];
        ByteBuffer.wrap(data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1.5f)
                .putFloat(-2)
                .putFloat(0)
                .putFloat(7)
                .putShort((short) 0x3c00)
                .putShort((short) 0xc000)
                .putShort((short) 0x7bff);
        Path path = Files.write(folder.resolve("model.safetensors"), file(TWO, data));

        SafetensorsFile file = SafetensorsFile.open(path);

        assertThat(file.names()).containsExactly("a", "b");
        assertThat(file.info("a").dimensions()).containsExactly(2, 2);
        assertThat(floats(file, "a")).containsExactly(1.5f, -2, 0, 7);
        assertThat(floats(file, "b")).containsExactly(1, -2, 65504);
        assertThat(file.data("a").isReadOnly()).isTrue();
        assertThat(file.data("a").isDirect()).isTrue();
        assertThat(file.parameters()).isEqualTo(7);
        assertThatThrownBy(() -> file.data("c")).hasMessageContaining("model.safetensors: tensor 'c' is missing");
    }

    @Test
    void readsEveryBrainFloatAndHalf() throws Exception {
        byte[] data = new byte[1 << 17];
        ByteBuffer all = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 1 << 16; i++) {
            all.putShort((short) i);
        }
        for (String dtype : List.of("BF16", "F16")) {
            String header = "{\"t\":{\"dtype\":\"" + dtype + "\",\"shape\":[65536],\"data_offsets\":[0,131072]}}";
            float[] values = floats(read(file(header, data)), "t");
            for (int i = 0; i < 1 << 16; i++) {
                float expected = dtype.equals("F16") ? Float.float16ToFloat((short) i) : Float.intBitsToFloat(i << 16);
                assertThat(Float.floatToIntBits(values[i])).isEqualTo(Float.floatToIntBits(expected));
            }
        }
    }

    @Test
    void readsTensorsAtOddAddressesScalarsAndEmptyOnes() throws Exception {
        byte[] data = new byte[5];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).put((byte) 9).putFloat(3.25f);
        SafetensorsFile file = read(file(
                "{\"x\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},"
                        + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,9],\"data_offsets\":[1,1]},"
                        + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}  ",
                data));

        assertThat(floats(file, "y")).containsExactly(3.25f);
        assertThat(file.info("x").elements()).isEqualTo(1);
        assertThat(file.data("e").remaining()).isZero();
        assertThatThrownBy(() -> file.floats("x")).hasMessageContaining("'x' is U8");
    }

    @Test
    void readsFilesBeyondTwoGibibytes() throws Exception {
        long big = 2_200_000_000L;
        String header = "{\"big\":{\"dtype\":\"U8\",\"shape\":[" + big + "],\"data_offsets\":[0," + big + "]},"
                + "\"end\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[" + big + "," + (big + 4) + "]}}";
        Path path = folder.resolve("sparse.safetensors");
        byte[] start = file(header, new byte[0]);
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.write(start);
            sparse.setLength(start.length + big + 4);
            sparse.seek(start.length + big);
            sparse.write(new byte[] {42, 0, 0, 0});
        }

        SafetensorsFile file = SafetensorsFile.open(path);

        assertThat(file.data("end").getInt(0)).isEqualTo(42);
        assertThatThrownBy(() -> file.data("big")).hasMessageContaining("at most 2147483647");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"malformed", "malformedTensors"})
    void refuses(String fault, byte[] bytes) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining(fault)
                .hasMessageStartingWith("hostile.safetensors: ");
    }

    static List<Arguments> malformed() {
        return List.of(
                raw("too few", new byte[0]),
                raw("too few", new byte[8]),
                raw("claims 18446744073709551615", length(-1, "{}")),
                raw("claims 9223372036854775808", length(Long.MIN_VALUE, "{}")),
                raw("claims 9223372036854775807", length(Long.MAX_VALUE, "{}")),
                raw("2 to 25000000", length(25_000_001, "{}")),
                raw("cut short", length(100, "{}")),
                raw("2 to 25000000", length(0, "{}")),
                raw("zip archive", "PK\u0003\u0004 and more of it".getBytes(StandardCharsets.ISO_8859_1)),
                raw("a pickle", new byte[] {(byte) 0x80, 2, 'c', 'o', 's', '\n', 's', 'y', 's', 't', 'e', 'm'}),
                raw("GGUF", "GGUF\u0003\0\0\0 and more".getBytes(StandardCharsets.ISO_8859_1)),
                text("does not start with '{'", " {}", 0),
                text("does not start with '{'", "[]", 0),
                text("not valid JSON", "{\"a\":", 0),
                text("not valid JSON", "{\"a\u0001\":1}", 0),
                text("follows the JSON", "{}{}", 0),
                text(
                        "not valid JSON",
                        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                                + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                        1));
    }

    static List<Arguments> malformedTensors() {
        return List.of(
                tensor("must be an object", "1", 0),
                tensor("must be an object", "[[[[[[[[1]]]]]]]]", 0),
                tensor("needs dtype", "{}", 0),
                tensor("needs dtype", "{\"dtype\":\"U8\",\"shape\":[0]}", 0),
                tensor("unknown dtype 'Q4'", "{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,1]}", 1),
                tensor("dtype must be a string", "{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,1]}", 1),
                tensor("unknown field 'code'", "{\"code\":1}", 0),
                tensor("shape must be whole", "{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,1]}", 1),
                tensor("negative or beyond", "{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}", 1),
                tensor(
                        "negative or beyond",
                        "{\"dtype\":\"U8\",\"shape\":[9223372036854775808],\"data_offsets\":[0,1]}",
                        1),
                tensor("overflows", "{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}", 4),
                tensor("overflows", "{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}", 0),
                tensor(
                        "more than 16",
                        "{\"dtype\":\"U8\",\"shape\":[" + "1,".repeat(20) + "1],\"data_offsets\":[0,1]}",
                        1),
                tensor("[begin, end]", "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}", 1),
                tensor("more than 2", "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}", 1),
                tensor("outside the 1 bytes", "{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}", 1),
                tensor("lie outside", "{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[1,0]}", 1),
                tensor(
                        "lie outside",
                        "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9223372036854775806,9223372036854775807]}",
                        1),
                tensor("needs 8 bytes", "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}", 4),
                tensor("after the last", "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}", 9),
                tensor("belong to no tensor", "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}", 2),
                text(
                        "overlaps",
                        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                                + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}",
                        3),
                text("empty name", "{\"\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1),
                text("__metadata__ must be a string", "{\"__metadata__\":{\"a\":{}}}", 0),
                text("__metadata__ must be an object", "{\"__metadata__\":3}", 0),
                raw("not valid JSON", file(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'}, new byte[0])));
    }

    @Test
    void damagedFilesAreReadWithinBoundsOrRefused() {
        assertThat(refusedOf(20_000, 20_261_123)).isGreaterThan(10_000);
    }

    /** A million takes a minute or more, so only where it is asked for. */
    @Test
    @Tag("long")
    void aMillionDamagedFilesAreReadWithinBoundsOrRefused() {
        assertThat(refusedOf(1_000_000, 20_261_126)).isGreaterThan(500_000);
    }

    /** How many of so many damaged files are refused; the others are read within their bytes. */
    private static int refusedOf(int inputs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] sound = file(TWO, new byte[22]);
        DamagedReads reads = new DamagedReads(seed, MOST_HEAP);
        for (int i = 0; i < inputs; i++) {
            byte[] damaged = i == 0 ? sound : damage(sound, random);
            reads.next(() -> {
                SafetensorsFile file = read(damaged);
                for (String name : file.names()) {
                    assertThat(file.data(name).remaining()).isLessThanOrEqualTo(22);
                }
            });
        }
        System.out.println("safetensors, " + reads);
        return reads.refused();
    }

    @Test
    void aHeaderOfTheLargestSizeIsRefusedSoon() {
        byte[] header = new byte[SafetensorsHeader.LARGEST];
        Arrays.fill(header, (byte) '[');
        header[0] = '{';
        long start = System.nanoTime();

        assertThatThrownBy(() -> read(file(header, new byte[0]))).isInstanceOf(ModelRejectedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    private static byte[] damage(byte[] sound, SplittableRandom random) {
        byte[] bytes = random.nextInt(8) == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
        for (int n = random.nextInt(1, 4); n > 0 && bytes.length > 0; n--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = switch (random.nextInt(3)) {
                case 0 -> (byte) random.nextInt(256);
                case 1 -> (byte) "0123456789{}[],:\"-.e ".charAt(random.nextInt(21));
                default -> (byte) (bytes[at] ^ (1 << random.nextInt(8)));
            };
        }
        return bytes;
    }

    private static Arguments raw(String fault, byte[] bytes) {
        return Arguments.of(fault, bytes);
    }

    private static Arguments text(String fault, String header, int dataBytes) {
        return Arguments.of(fault, file(header, new byte[dataBytes]));
    }

    private static Arguments tensor(String fault, String tensor, int dataBytes) {
        return text(fault, "{\"a\":" + tensor + "}", dataBytes);
    }

    private static byte[] length(long length, String rest) {
        return ByteBuffer.allocate(8 + rest.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(rest.getBytes(StandardCharsets.UTF_8))
                .array();
    }

    private static byte[] file(String header, byte[] data) {
        return file(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private static byte[] file(byte[] header, byte[] data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }

    private static SafetensorsFile read(byte[] bytes) throws ModelRejectedException {
        MemorySegment direct = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(bytes.length));
        return SafetensorsFile.read("hostile.safetensors", direct.copyFrom(MemorySegment.ofArray(bytes)));
    }

    private static float[] floats(SafetensorsFile file, String name) throws ModelRejectedException, IOException {
        FloatBuffer buffer = file.floats(name);
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
