// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateChangeTest {

    private static final int FROM = 22_050;
    private static final int TO = 24_000;
    private static final int SECONDS = 1;

    @ParameterizedTest
    @ValueSource(doubles = {100, 440, 3_000})
    void aToneStaysTheSameTone(double hertz) {
        short[] out = samples(changed(tone(hertz), 8_192));

        assertThat(out.length).isBetween(TO * SECONDS - 30, TO * SECONDS);
        double worst = 0;
        for (int i = 100; i < out.length - 100; i++) {
            worst = Math.max(worst, Math.abs(out[i] - 10_000 * Math.sin(2 * Math.PI * hertz * i / TO)));
        }
        assertThat(worst).isLessThan(150);
    }

    @Test
    void itDoesNotMatterInWhatPiecesTheSoundComes() {
        byte[] tone = tone(700);

        assertThat(changed(tone, 333)).isEqualTo(changed(tone, tone.length));
        assertThat(changed(tone, 1)).isEqualTo(changed(tone, 8_192));
    }

    private static byte[] changed(byte[] pcm, int piece) {
        RateChange rate = new RateChange();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < pcm.length; at += piece) {
            out.writeBytes(rate.change(Arrays.copyOfRange(pcm, at, Math.min(pcm.length, at + piece))));
        }
        return out.toByteArray();
    }

    private static byte[] tone(double hertz) {
        ByteBuffer pcm = ByteBuffer.allocate(2 * FROM * SECONDS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < FROM * SECONDS; i++) {
            pcm.putShort((short) Math.round(10_000 * Math.sin(2 * Math.PI * hertz * i / FROM)));
        }
        return pcm.array();
    }

    private static short[] samples(byte[] pcm) {
        short[] samples = new short[pcm.length / 2];
        ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return samples;
    }
}
