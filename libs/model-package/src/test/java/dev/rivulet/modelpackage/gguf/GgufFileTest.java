// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.DamagedReads;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code /gguf} are written by the Python package gguf: {@code conformance/gguf} in the checkout. */
final class GgufFileTest {

    /** Bytes; an input has 12 KB, its values as floats four to eight times that. */
    private static final long MOST_HEAP = 1 << 20;

    private static final List<String> KINDS = List.of("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K");

    @Test
    void blocksOfEachKindHaveTheValuesThatGgufGivesThem() throws Exception {
        GgufFile file = read(resource("blocks.gguf"));
        FloatBuffer expected = ByteBuffer.wrap(resource("blocks.f32"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        for (String kind : KINDS) {
            assertThat(file.info(kind).shape()).as(kind).containsExactly(2L, 512L);
            FloatBuffer values = file.floats(kind);
            for (int i = 0; i < values.remaining(); i++) {
                float wanted = expected.get();
                assertThat(values.get(i))
                        .as("%s value %d", kind, i)
                        .isCloseTo(wanted, org.assertj.core.data.Offset.offset(1e-6f * Math.abs(wanted) + 1e-12f));
            }
        }
        assertThat(expected.hasRemaining()).isFalse();
        assertThat(file.architecture()).isEqualTo("blocks");
    }

    @Test
    void whatHasNoBlocksStaysInTheFile() throws Exception {
        GgufFile file = read(resource("blocks.gguf"));
        for (String kind : KINDS) {
            assertThat(file.inPlace(kind)).as(kind).isEqualTo(kind.equals("F32"));
        }
    }

    @Test
    void rowsOfInterleavedHeadsAreBackInTheirOrder() throws Exception {
        // Two heads of four rows: a file's 0, 1, 2, 3 are a folder's 0, 2, 1, 3.
        byte[] file = new Writer()
                .entry("general.architecture", "llama")
                .entry("llama.attention.head_count", 2)
                .tensor("blk.3.attn_q.weight", 0, 0, 8, 1)
                .tensor("blk.3.attn_v.weight", 0, 32, 8, 1)
                .data(0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7)
                .bytes();
        assertThat(values(read(file).floats("model.layers.3.self_attn.q_proj.weight")))
                .containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
        assertThat(values(read(file).floats("model.layers.3.self_attn.v_proj.weight")))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 0x03000000})
    void otherVersionsAreRefused(int version) throws Exception {
        byte[] file = resource("blocks.gguf");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, version);
        refused(file, "version", "2 and 3 are read");
    }

    @Test
    void liesAboutSizesAreRefused() throws Exception {
        refused(new byte[3], "no GGUF file");
        refused("not a GGUF file, but long enough".getBytes(StandardCharsets.UTF_8), "no GGUF file");
        refused(new Writer().tensors(-1).bytes(), "tensors; at most");
        refused(new Writer().tensor("a", 0, 0, Long.MAX_VALUE, 3).bytes(), "impossible shape");
        refused(new Writer().tensor("a", 0, 0, 0, 3).bytes(), "impossible shape");
        refused(new Writer().tensor("a", 0, 0, 4, 4).data(1, 2).bytes(), "lies outside the file");
        refused(new Writer().tensor("a", 0, -32, 1, 1).data(1).bytes(), "overlaps another or is not aligned");
        refused(
                new Writer()
                        .tensor("a", 0, Long.MAX_VALUE / 32 * 32, 1, 1)
                        .data(1)
                        .bytes(),
                "lies outside");
        refused(
                new Writer()
                        .tensor("a", 0, 0, 8, 2)
                        .tensor("b", 0, 32, 8, 2)
                        .data(new float[32])
                        .bytes(),
                "overlaps");
        refused(
                new Writer()
                        .tensor("a", 0, 0, 8, 1)
                        .tensor("a", 0, 32, 8, 1)
                        .data(new float[16])
                        .bytes(),
                "there twice");
        refused(new Writer().entry("a", 1).entry("a", 2).bytes(), "there twice");
        refused(new Writer().tensor("a", 8, 0, 1, 33).data(new float[32]).bytes(), "no multiple of the blocks of Q8_0");
        refused(new Writer().tensor("a", 9, 0, 1, 32).data(new float[32]).bytes(), "element type 9", "read are F32");
        refused(new Writer().entry("general.alignment", 7).bytes(), "general.alignment must be");
        refused(
                new Writer()
                        .tensor("output.weight", 0, 0, 1, 1)
                        .tensor("lm_head.weight", 0, 32, 1, 1)
                        .data(new float[16])
                        .bytes(),
                "mean the same");
    }

    @Test
    void damagedFilesAreReadOrRefusedAndNothingElse() throws Exception {
        assertThat(refusedOf(4000, 11)).isBetween(1000, 3999);
    }

    /** A million takes minutes, so only where it is asked for. */
    @Test
    @Tag("long")
    void aMillionDamagedFilesAreReadOrRefusedAndNothingElse() throws Exception {
        assertThat(refusedOf(1_000_000, 20_261_126)).isBetween(250_000, 999_999);
    }

    /** How many of so many damaged files are refused; the others are read whole. */
    private static int refusedOf(int inputs, long seed) throws Exception {
        byte[] whole = resource("blocks.gguf");
        SplittableRandom random = new SplittableRandom(seed);
        DamagedReads reads = new DamagedReads(seed, MOST_HEAP);
        for (int i = 0; i < inputs; i++) {
            byte[] damaged = i == 0 ? whole : damage(whole, random);
            reads.next(() -> {
                GgufFile file = read(damaged);
                for (String name : file.names()) {
                    assertThat(file.floats(name).remaining() * 4L)
                            .isEqualTo(file.info(name).bytes());
                }
            });
        }
        System.out.println("GGUF, " + reads);
        return reads.refused();
    }

    private static byte[] damage(byte[] whole, SplittableRandom random) {
        byte[] damaged =
                random.nextInt(8) == 0 ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
        for (int change = random.nextInt(1, 5); change > 0 && damaged.length > 0; change--) {
            int at = random.nextInt(Math.min(damaged.length, 600));
            damaged[at] = (byte) (random.nextBoolean() ? random.nextInt() : damaged[at] ^ 1 << random.nextInt(8));
        }
        return damaged;
    }

    private static void refused(byte[] file, String... message) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageStartingWith("test.gguf: ")
                .hasMessageContainingAll(message);
    }

    private static GgufFile read(byte[] file) throws ModelRejectedException {
        MemorySegment bytes = java.lang.foreign.Arena.ofAuto().allocate(Math.max(1, file.length), 64);
        MemorySegment.copy(MemorySegment.ofArray(file), 0, bytes, 0, file.length);
        return GgufFile.read("test.gguf", bytes.asSlice(0, file.length));
    }

    private static float[] values(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(0, values);
        return values;
    }

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = GgufFileTest.class.getResourceAsStream("/gguf/" + name)) {
            return in.readAllBytes();
        }
    }

    /** Writes small files, truthful or not. */
    private static final class Writer {

        private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
        private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        private float[] data = {};
        private long entries;
        private long count;

        Writer entry(String key, Object value) {
            entries++;
            text(metadata, key);
            if (value instanceof String string) {
                put(metadata, 4, 8);
                text(metadata, string);
            } else {
                put(metadata, 4, 4);
                put(metadata, 4, ((Integer) value).longValue());
            }
            return this;
        }

        Writer tensor(String name, int type, long offset, long rows, long columns) {
            count++;
            text(tensors, name);
            put(tensors, 4, 2);
            put(tensors, 8, columns);
            put(tensors, 8, rows);
            put(tensors, 4, type);
            put(tensors, 8, offset);
            return this;
        }

        Writer tensors(long claimed) {
            count = claimed;
            return this;
        }

        Writer data(float... values) {
            data = values;
            return this;
        }

        byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            put(out, 4, 0x46554747);
            put(out, 4, 3);
            put(out, 8, count);
            put(out, 8, entries);
            out.writeBytes(metadata.toByteArray());
            out.writeBytes(tensors.toByteArray());
            out.writeBytes(new byte[(32 - out.size() % 32) % 32]);
            for (float value : data) {
                put(out, 4, Float.floatToRawIntBits(value));
            }
            return out.toByteArray();
        }

        private static void text(ByteArrayOutputStream out, String text) {
            put(out, 8, text.length());
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        private static void put(ByteArrayOutputStream out, int bytes, long value) {
            for (int i = 0; i < bytes; i++) {
                out.write((int) (value >> 8 * i));
            }
        }
    }
}
