// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.compression.Encoded.Sparse;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class UpdateCodecTest {

    private static final int SIZE = 300;
    private static final CountSketch.Shape SHAPE = new CountSketch.Shape(3, 20, 5);
    private static final UpdateCodec.Expected EXPECTED = new UpdateCodec.Expected(SIZE, 4000, SHAPE);
    private static final List<Scheme> SCHEMES = List.of(
            Scheme.dense(32),
            Scheme.dense(8),
            new Scheme(new Scheme.Places.All(), 4, 7),
            Scheme.top(31, 32),
            Scheme.top(31, 8),
            Scheme.top(31, 4),
            Scheme.sketch(SHAPE, 32),
            Scheme.sketch(SHAPE, 4));

    private static float[] gaussian(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static byte[] written(Scheme scheme) {
        return UpdateCodec.write(new Compressor(new Random(3)).encode(gaussian(SIZE, 1), scheme));
    }

    private static void assertRefused(byte[] bytes, Reason reason) {
        assertThat(UpdateCodec.read(bytes, EXPECTED))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    /** With a checksum that is right again. */
    private static byte[] sealed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void theFormIsWhatTheDocumentationSays() {
        Sparse sparse = new Sparse(SIZE, new int[] {2, 200, 299}, new Numbers.Floats(new float[] {1, -2, 0.5f}));
        byte[] bytes = UpdateCodec.write(sparse);
        assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 4))
                .isEqualTo("525655" + "01" + "01" + "20" + "ac02" + "03" + "02" + "c501" + "62" + "0000803f"
                        + "000000c0" + "0000003f");
        Numbers.Quantised codes = new Numbers.Quantised(4, 2, 3, new float[] {1, 0.5f}, new byte[] {(byte) 0x9f, 0x01});
        assertThat(codes.values()).containsExactly(7, 1, -3.5f);
        bytes = UpdateCodec.write(new Encoded.Dense(codes));
        assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 4))
                .isEqualTo("525655" + "01" + "00" + "04" + "03" + "02" + "0000803f" + "0000003f" + "9f01");
    }

    @Test
    void whatIsWrittenIsReadAndWithinTheBoundOfItsScheme() {
        for (Scheme scheme : SCHEMES) {
            byte[] bytes = written(scheme);
            assertThat((long) bytes.length).isLessThanOrEqualTo(scheme.mostBytes(SIZE));
            Checked<Encoded> read = UpdateCodec.read(bytes, EXPECTED);
            assertThat(read)
                    .isInstanceOfSatisfying(
                            Accepted.class,
                            accepted -> assertThat(UpdateCodec.write((Encoded) accepted.value()))
                                    .isEqualTo(bytes));
        }
    }

    @Test
    void everyKindOfWrongBytesHasItsReason() {
        byte[] good = written(SCHEMES.get(3));
        assertRefused(new byte[4001], Reason.TOO_LARGE);
        assertRefused(new byte[0], Reason.MALFORMED);
        assertRefused(new byte[3], Reason.MALFORMED);
        assertRefused(Arrays.copyOf(good, good.length - 1), Reason.MALFORMED);
        assertRefused(sealed(Arrays.copyOf(good, good.length + 1)), Reason.MALFORMED);
        byte[] other = good.clone();
        other[3] = 2;
        assertRefused(sealed(other), Reason.UNSUPPORTED);
        other = good.clone();
        other[other.length - 5] = (byte) 0xff;
        other[other.length - 6] = (byte) 0xff;
        assertRefused(other, Reason.MALFORMED);
        assertRefused(sealed(other), Reason.NOT_FINITE);
        assertThat(UpdateCodec.read(good, new UpdateCodec.Expected(SIZE + 1, 4000)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.WRONG_SHAPE));
    }

    @Test
    void sketchesThatCouldNotBeSummedAreRefused() {
        assertRefused(written(Scheme.sketch(new CountSketch.Shape(3, 20, 6), 8)), Reason.WRONG_SHAPE);
        assertThat(UpdateCodec.read(written(Scheme.sketch(SHAPE, 8)), new UpdateCodec.Expected(SIZE, 4000)))
                .isInstanceOf(Refused.class);
    }

    /** A count of two thousand million would take 8 GB; the test's JVM has less than one. */
    @Test
    void countsAreCheckedBeforeAnythingIsAllocated() {
        HexFormat hex = HexFormat.of();
        int huge = Integer.MAX_VALUE;
        UpdateCodec.Expected expected = new UpdateCodec.Expected(huge, 4000);
        for (String body : List.of("0020", "0008" + "01", "0004" + "ffffffff07", "0120", "0108")) {
            String kinds = body.substring(0, 4);
            byte[] bytes =
                    hex.parseHex("52565501" + kinds + "ffffffff07" + body.substring(4) + "ffffffff07" + "00000000");
            assertThat(UpdateCodec.read(sealed(bytes), expected))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).isIn(Reason.MALFORMED, Reason.NOT_FINITE));
        }
    }

    @Test
    void anyBytesAreReadOrRefusedAndWhatIsReadWasWrittenSo() {
        long seed = 20261127;
        Random random = new Random(seed);
        Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
        int read = 0;
        for (int run = 0; run < 30_000; run++) {
            byte[] bytes = mutant(random);
            switch (UpdateCodec.read(bytes, EXPECTED)) {
                case Accepted<Encoded>(Encoded encoded) -> {
                    read++;
                    assertThat(Arrays.equals(UpdateCodec.write(encoded), bytes))
                            .as("seed %d, run %d", seed, run)
                            .isTrue();
                }
                case Refused<Encoded> refused -> refusals.merge(refused.reason(), 1, Integer::sum);
            }
        }
        assertThat(read).isGreaterThan(1000);
        assertThat(refusals)
                .containsKeys(
                        Reason.MALFORMED, Reason.UNSUPPORTED, Reason.WRONG_SHAPE, Reason.NOT_FINITE, Reason.TOO_LARGE);
    }

    private static final List<byte[]> GOOD =
            SCHEMES.stream().map(UpdateCodecTest::written).toList();

    private static byte[] mutant(Random random) {
        if (random.nextInt(10) == 0) {
            byte[] garbage = new byte[random.nextInt(random.nextBoolean() ? 40 : 5000)];
            random.nextBytes(garbage);
            return garbage;
        }
        byte[] good = GOOD.get(random.nextInt(GOOD.size()));
        int length = random.nextInt(4) == 0 ? Math.max(4, good.length + random.nextInt(9) - 4) : good.length;
        byte[] bytes = Arrays.copyOf(good, length);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int within = random.nextBoolean() ? Math.min(20, bytes.length) : bytes.length;
            bytes[random.nextInt(within)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
        }
        return random.nextInt(5) == 0 ? bytes : sealed(bytes);
    }
}
