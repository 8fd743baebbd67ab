// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.audio.AudioReading.Read;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindsTest {

    @ParameterizedTest
    @CsvSource({
        "u8-8000.wav, WAV, 8000, 1, 0.1, 30",
        "s24-44100-stereo.wav, WAV, 44100, 2, 0.1, 60",
        "s32-16000.wav, WAV, 16000, 1, 0.1, 90",
        "float-22050.wav, WAV, 22050, 1, 0.1, 60",
        "double-extensible.wav, WAV, 16000, 1, 0.1, 90",
        "s16-44100-stereo.flac, FLAC, 44100, 2, 0.5, 70",
        "s24-16000.flac, FLAC, 16000, 1, 0.5, 90",
        "vorbis-44100-stereo.ogg, OGG_VORBIS, 44100, 2, 0.5, 10",
        "vorbis-16000.ogg, OGG_VORBIS, 16000, 1, 0.5, 10",
        "opus-48000-stereo.opus, OGG_OPUS, 48000, 2, 0.5, 10",
        "opus-16000.opus, OGG_OPUS, 48000, 1, 0.5, 10",
        "mp3-44100-stereo.mp3, MP3, 44100, 2, 0.5, 10",
        "mp3-16000.mp3, MP3, 16000, 1, 0.5, 10",
    })
    void aFileOfEachKindIsTheSoundThatWasWritten(
            String name, AudioKind kind, int rate, int channels, double seconds, double likeness) {
        AudioReading reading = new AudioReader(AudioLimits.standard()).read(Fixtures.bytes(name));
        assertThat(reading).isInstanceOf(Read.class);
        Read read = (Read) reading;
        assertThat(read.kind()).isEqualTo(kind);
        assertThat(read.sourceRate()).isEqualTo(rate);
        assertThat(read.sourceChannels()).isEqualTo(channels);
        float[] samples = read.sound().samples();
        float[] expected = Fixtures.glide(16_000, (int) (seconds * 16_000));
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= channels == 2 ? 0.75f : 1f;
        }
        assertThat(samples.length).isBetween(expected.length, expected.length + 2_000);
        assertThat(Fixtures.likeness(expected, samples, 100)).isGreaterThan(likeness);
    }
}
