// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rivulet.audio.AudioReading.Read;
import dev.rivulet.audio.AudioReading.Refused;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttackTest {

    private static final long SEED = 20_261_127;
    private static final AudioReader READER =
            new AudioReader(new AudioLimits(1 << 20, 8, 192_000, Duration.ofSeconds(10)));
    /** Ten seconds of sound are 0.64 MB; decoders' tables and copies of the file come on top. */
    private static final long MOST_BYTES = 96L << 20;
    /** What a decoder throws away until the sound is too long; the heap of the tests holds less. */
    private static final long MOST_GARBAGE = 2L << 30;

    private static final Duration MOST_TIME = Duration.ofSeconds(10);

    static List<Attacks.Attack> attacks() {
        return Attacks.all();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void anAttackIsRefusedWithAReasonInBoundedTimeAndMemory(Attacks.Attack attack) {
        Cost cost = Cost.begin();
        AudioReading reading = READER.read(attack.bytes());
        cost.check(attack.reason() == AudioReading.Reason.TOO_LONG ? MOST_GARBAGE : MOST_BYTES);
        assertThat(reading).isInstanceOf(Refused.class);
        Refused refused = (Refused) reading;
        assertThat(refused.reason()).as(refused.message()).isEqualTo(attack.reason());
        assertThat(refused.message()).hasSizeBetween(20, 300);
        assertThat(refused.message().chars()).allMatch(c -> c >= ' ');
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void aMeasureNeverFailsAndNeverSaysMoreThanTheLimit(Attacks.Attack attack) {
        switch (READER.measure(attack.bytes())) {
            case AudioMeasure.Measured measured ->
                assertThat(measured.seconds()).isBetween(0.0, 60.0);
            case AudioMeasure.Refused refused ->
                assertThat(refused.why().message()).isNotBlank();
        }
    }

    @Test
    void thereAreAsManyAttacksAsTheHouseAsksFor() {
        assertThat(Attacks.all()).hasSizeGreaterThanOrEqualTo(25);
        assertThat(Attacks.all().stream().map(Attacks.Attack::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u8-8000.wav",
                "double-extensible.wav",
                "s24-16000.flac",
                "vorbis-16000.ogg",
                "opus-16000.opus",
                "mp3-16000.mp3"
            })
    void changedBytesGiveASoundOrARefusalAndNothingElse(String name) {
        Random random = new Random(SEED);
        byte[] whole = Fixtures.bytes(name);
        for (int round = 0; round < 60; round++) {
            byte[] bytes = whole.clone();
            for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
                int reach = random.nextBoolean() ? Math.min(400, bytes.length) : bytes.length;
                bytes[random.nextInt(reach)] = (byte) random.nextInt(256);
            }
            Cost cost = Cost.begin();
            AudioReading reading =
                    READER.read(name.startsWith("vorbis") || name.startsWith("opus") ? framed(bytes, whole) : bytes);
            cost.check(MOST_GARBAGE);
            if (reading instanceof Read read) {
                assertThat(read.sound().seconds()).isBetween(0.0, 60.1);
            }
        }
    }

    /** The changed contents in the pages of the original with right checksums, so that the decoder sees them. */
    private static byte[] framed(byte[] changed, byte[] whole) {
        byte[] bytes = changed.clone();
        for (int at = 0; at < whole.length; ) {
            int header = 27 + (whole[at + 26] & 0xFF);
            int size = header;
            for (int i = 27; i < header; i++) {
                size += whole[at + i] & 0xFF;
            }
            System.arraycopy(whole, at, bytes, at, header);
            at += size;
        }
        return Ogg.mended(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s32-16000.wav", "s24-16000.flac", "vorbis-16000.ogg", "opus-16000.opus", "mp3-16000.mp3"})
    void aFileThatIsCutOffAnywhereIsRefused(String name) {
        byte[] whole = Fixtures.bytes(name);
        Random random = new Random(SEED);
        for (int round = 0; round < 40; round++) {
            byte[] bytes = Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1));
            if (READER.read(bytes) instanceof Read read) {
                // What ends where a frame ends is a whole file of its kind, and shorter.
                assertThat(read.sound().seconds()).isLessThan(seconds(whole));
            }
        }
    }

    private static double seconds(byte[] bytes) {
        return ((Read) READER.read(bytes)).sound().seconds();
    }

    /** What a reading may take of this thread. */
    private record Cost(long bytes, long nanos) {

        private static ThreadMXBean threads() {
            return ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        }

        static Cost begin() {
            return new Cost(
                    threads().getCurrentThreadAllocatedBytes(), threads().getCurrentThreadCpuTime());
        }

        void check(long mostBytes) {
            assertThat(threads().getCurrentThreadAllocatedBytes() - bytes)
                    .as("bytes allocated")
                    .isLessThan(mostBytes);
            assertThat(threads().getCurrentThreadCpuTime() - nanos)
                    .as("processor time")
                    .isLessThan(MOST_TIME.toNanos());
        }
    }
}
