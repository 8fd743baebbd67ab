// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio.activity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds utterances in a sound as it arrives: frames of 20 ms whose level rises above the noise by an onset begin one, and a pause of
 * a hangover ends it. The noise is followed all the while. Memory is bounded by the longest utterance. Not thread-safe.
 */
public final class VoiceActivity {

    /** Samples of a frame at 16 kHz. */
    static final int FRAME = 320;

    private static final int FRAME_MILLIS = 20;
    /** A louder background than this takes its first seconds to be known as noise, dB of full scale. */
    private static final double LOUDEST_FIRST_NOISE = -45;

    private static final double SILENCE = -100;

    private final ActivitySettings settings;
    private final int beginFrames;
    private final int hangoverFrames;
    private final int beforeSamples;
    private final int longestSamples;
    private final NoiseFloor noise;

    private final float[] pending = new float[FRAME];
    private int pendingCount;
    /** What is kept: from before the onset, or of the utterance so far. */
    private float[] kept;

    private int keptCount;
    private long position;
    private int loud;
    private int quiet;
    private boolean speaking;
    private float direct;

    public VoiceActivity(ActivitySettings settings) {
        this.settings = settings;
        this.beginFrames = frames(settings.begin().toMillis());
        this.hangoverFrames = frames(settings.hangover().toMillis());
        this.beforeSamples = (frames(settings.before().toMillis()) + beginFrames) * FRAME;
        this.longestSamples = frames(settings.longest().toMillis()) * FRAME;
        this.noise = new NoiseFloor(LOUDEST_FIRST_NOISE);
        this.kept = new float[Math.max(2 * beforeSamples, FRAME)];
    }

    private static int frames(long millis) {
        return (int) Math.ceilDiv(millis, FRAME_MILLIS);
    }

    /** Takes the next samples and tells what happened in them, in order. */
    public List<Activity> push(float[] samples, int offset, int length) {
        List<Activity> happened = new ArrayList<>();
        int taken = 0;
        while (taken < length) {
            int count = Math.min(length - taken, FRAME - pendingCount);
            System.arraycopy(samples, offset + taken, pending, pendingCount, count);
            pendingCount += count;
            taken += count;
            if (pendingCount == FRAME) {
                pendingCount = 0;
                frame(happened);
            }
        }
        return happened;
    }

    /** Ends the utterance that goes on, if one does; the sound may go on after it. */
    public List<Activity> flush() {
        return speaking ? List.of(stopped(false)) : List.of();
    }

    /** Whether somebody speaks now. */
    public boolean speaking() {
        return speaking;
    }

    /** The utterance that goes on, so far; empty if nobody speaks. */
    public float[] soFar() {
        return speaking ? Arrays.copyOf(kept, keptCount) : new float[0];
    }

    /** Level of the noise, dB of full scale. */
    public double noiseLevel() {
        return noise.level();
    }

    private void frame(List<Activity> happened) {
        double level = level();
        noise.add(level);
        keep();
        position += FRAME;
        double above = level - Math.max(noise.level(), settings.quietest() - settings.onset());
        if (!speaking) {
            loud = above >= settings.onset() ? loud + 1 : Math.max(0, loud - 1);
            if (loud >= beginFrames) {
                speaking = true;
                quiet = 0;
                happened.add(new Activity.Started(position - keptCount));
            }
        } else {
            quiet = above < settings.release() ? quiet + 1 : 0;
            if (quiet >= hangoverFrames) {
                happened.add(stopped(false));
            } else if (keptCount >= longestSamples) {
                happened.add(stopped(true));
            }
        }
    }

    private Activity stopped(boolean cut) {
        Activity stopped = new Activity.Stopped(position - keptCount, Arrays.copyOf(kept, keptCount), cut);
        speaking = false;
        loud = 0;
        keptCount = 0;
        return stopped;
    }

    /** Level of the frame without its lowest frequencies, where hum and wind are. */
    private double level() {
        double sum = 0;
        for (float sample : pending) {
            direct += 0.05f * (sample - direct);
            double high = sample - direct;
            sum += high * high;
        }
        return sum == 0 ? SILENCE : Math.max(SILENCE, 10 * Math.log10(sum / FRAME));
    }

    private void keep() {
        if (!speaking && keptCount + FRAME > beforeSamples) {
            int dropped = Math.min(keptCount, keptCount + FRAME - beforeSamples);
            System.arraycopy(kept, dropped, kept, 0, keptCount - dropped);
            keptCount -= dropped;
        }
        if (keptCount + FRAME > kept.length) {
            kept = Arrays.copyOf(kept, 2 * kept.length);
        }
        System.arraycopy(pending, 0, kept, keptCount, FRAME);
        keptCount += FRAME;
    }
}
