// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.MaskedVector;
import dev.rivulet.federated.secagg.MessageCodec.Decoded;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {

    private final SecAggPlan plan = new SecAggPlan("r", 4, 2, 5, 12);
    private final MessageCodec codec = new MessageCodec(plan);

    private String malformed(byte[] bytes) {
        Decoded decoded = codec.decode(bytes);
        assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
        return ((Decoded.Malformed) decoded).reason();
    }

    @Test
    void aVectorIsPackedToItsBitsAndReadBack() {
        byte[] bytes = codec.encode(new MaskedVector("r", 3, new int[] {0xABC, 0x123, 0, 0xFFF, 1}));

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("01050172" + "0003" + "bc3a12" + "00f0ff" + "0100");
        Decoded.Read read = (Decoded.Read) codec.decode(bytes);
        assertThat(((MaskedVector) read.message()).values()).containsExactly(0xABC, 0x123, 0, 0xFFF, 1);
    }

    @Test
    void everyPrefixOfAMessageIsRefused() {
        byte[] bytes = codec.encode(new KeyAdvert("r", 1, new byte[32], new byte[32]));
        for (int length = 0; length < bytes.length; length++) {
            assertThat(malformed(Arrays.copyOf(bytes, length))).contains("ends early");
        }
        assertThat(malformed(Arrays.copyOf(bytes, bytes.length + 1))).contains("1 bytes are left over");
    }

    @Test
    void countsThatTheBytesOrThePlanDoNotHoldAreRefusedFirst() {
        assertThat(malformed(HexFormat.of().parseHex("01040172" + "0005"))).contains("lists 5 devices");
        assertThat(malformed(HexFormat.of().parseHex("01040172" + "0004" + "0001")))
                .contains("ends early");
        assertThat(malformed(HexFormat.of().parseHex("01060172" + "0002" + "00020001" + "0000")))
                .contains("out of order");
        assertThat(malformed(HexFormat.of().parseHex("010a0172"))).contains("no kind 10");
        assertThat(malformed(HexFormat.of().parseHex("02040172"))).contains("version");
        assertThat(malformed(HexFormat.of().parseHex("01040173" + "0000"))).contains("another round");
    }

    @Test
    void noiseIsRefusedAndNeverFails() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            byte[] header = {1, (byte) (1 + i % 9), 1, 'r'};
            System.arraycopy(header, 0, bytes, 0, Math.min(4, bytes.length));
            assertThat(codec.decode(bytes)).isNotNull();
        }
    }

    @Test
    void anyThresholdOfSharesGivesTheSecretAndFewerGiveAnother() {
        Random random = new Random(5);
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        int[] holders = {1, 3, 7, 500, 16_384};
        byte[][] shares = Shamir.split(secret, 3, holders, random);

        assertThat(Shamir.PRIME.isProbablePrime(64)).isTrue();
        int[] three = {3, 500, 16_384};
        assertThat(Shamir.combine(Shamir.weights(three), new byte[][] {shares[1], shares[3], shares[4]}))
                .isEqualTo(secret);
        int[] two = {3, 500};
        assertThat(value(two, shares[1], shares[3])).isNotEqualTo(new BigInteger(1, secret));
    }

    private static BigInteger value(int[] holders, byte[] one, byte[] other) {
        BigInteger[] weights = Shamir.weights(holders);
        return weights[0]
                .multiply(new BigInteger(1, one))
                .add(weights[1].multiply(new BigInteger(1, other)))
                .mod(Shamir.PRIME);
    }

    /** RFC 8439, appendix A.1, test vectors 1 and 2: a key of zeros, counters 0 and 1. */
    @Test
    void theKeyStreamIsChaCha20() {
        int[] stream = new int[32];
        new KeyStream(new byte[32]).addTo(stream);

        assertThat(stream[0]).isEqualTo(0xade0b876);
        assertThat(stream[15]).isEqualTo(0x8665eeb2);
        assertThat(stream[16]).isEqualTo(0xbee7079f);
    }

    @Test
    void realNumbersComeBackWithinAStepAndOverfullSumsAreRefused() {
        FixedPoint point = FixedPoint.finest(2, 1000, 24);
        float[] values = {1.5f, -2, 0.001f, 9};
        double[] decoded = point.decode(point.encode(values, 3, new Random(1)));
        double step = 3 * 2.0 / point.levels();

        assertThat(decoded[0]).isCloseTo(4.5, within(step));
        assertThat(decoded[1]).isCloseTo(-6, within(step));
        assertThat(decoded[2]).isCloseTo(0.003, within(step));
        assertThat(decoded[3]).isCloseTo(6, within(step));
        point.requireRoom(1000);
        assertThatThrownBy(() -> point.requireRoom(1001)).hasMessageContaining("use fewer levels");
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 150, 500, 1_000, 10_000})
    void everyDeviceIsSafeAndSoundWithTheDegreeChosen(int devices) {
        int degree = MaskDegree.of(devices);
        int threshold = MaskDegree.threshold(degree);

        assertThat(degree % 2 == 0).isTrue();
        assertThat(degree).isLessThan(300);
        assertThat(degree + 1).isGreaterThanOrEqualTo(MaskDegree.LEAST_CIRCLE);
        assertThat(2 * threshold).isGreaterThan(degree + 1);
        assertThat(devices * MaskDegree.tail(devices - 1, (int) Math.ceil(0.2 * devices), degree, threshold, degree))
                .isLessThan(1e-12);
    }
}
