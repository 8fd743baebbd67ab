// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Log₁₀ mel energies of a sound as it arrives, frame by frame; the sound is mirrored at both ends, as the reference does. A frame comes as soon
 * as the 200 samples after its middle are there. Memory does not grow with the sound. Not thread-safe.
 */
public final class MelFrames {

    private static final int MARGIN = LogMel.WINDOW / 2;

    private final LogMel.Workspace workspace;
    /** Samples of the mirrored sound that frames to come need. */
    private float[] held = new float[4 * LogMel.WINDOW];

    private int heldCount;
    private boolean begun;
    private long taken;
    private long given;

    MelFrames(LogMel logMel) {
        this.workspace = logMel.new Workspace();
    }

    /**
     * Takes the next samples at 16 kHz.
     *
     * @return frames that are complete now, each with one log₁₀ energy a filter, not below −10
     */
    public List<float[]> push(float[] samples, int offset, int length) {
        hold(samples, offset, length);
        taken += length;
        if (!begun) {
            if (taken <= MARGIN) {
                return List.of();
            }
            mirrorBeginning();
        }
        return complete(Long.MAX_VALUE);
    }

    /** Ends the sound; a sound of n samples has n / 160 frames altogether. The stream is not used again. */
    public List<float[]> finish() {
        if (!begun) {
            hold(new float[MARGIN + 1], 0, (int) (MARGIN + 1 - taken));
            mirrorBeginning();
        }
        float[] tail = new float[MARGIN];
        for (int i = 0; i < MARGIN; i++) {
            tail[i] = held[heldCount - 2 - i];
        }
        hold(tail, 0, MARGIN);
        return complete(taken / LogMel.HOP);
    }

    private void mirrorBeginning() {
        float[] head = new float[MARGIN + heldCount];
        for (int i = 0; i < MARGIN; i++) {
            head[i] = held[MARGIN - i];
        }
        System.arraycopy(held, 0, head, MARGIN, heldCount);
        held = head;
        heldCount = head.length;
        begun = true;
    }

    private List<float[]> complete(long until) {
        List<float[]> frames = new ArrayList<>();
        int start = 0;
        while (start + LogMel.WINDOW <= heldCount && given < until) {
            frames.add(workspace.frame(held, start));
            start += LogMel.HOP;
            given++;
        }
        // At least 240 samples are left after a frame: enough to mirror the end, which takes 201.
        System.arraycopy(held, start, held, 0, heldCount - start);
        heldCount -= start;
        return frames;
    }

    private void hold(float[] samples, int offset, int length) {
        if (heldCount + length > held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, heldCount + length));
        }
        System.arraycopy(samples, offset, held, heldCount, length);
        heldCount += length;
    }
}
