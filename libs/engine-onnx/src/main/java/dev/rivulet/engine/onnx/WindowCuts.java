// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts the text of a window at its times into stretches, and says how far the next window moves on: to the last sure time, or past the window
 * where nothing was left open.
 *
 * @param stretches in order
 * @param frames how far the next window moves on, at least 1
 */
record WindowCuts(List<Stretch> stretches, int frames) {

    private static final double STEP = 0.02;
    private static final double FRAME = 0.01;
    private static final int FRAMES_A_STEP = 2;

    /** Tokens with their times in seconds from the sound's beginning. */
    record Stretch(double start, double end, int[] tokens) {}

    WindowCuts {
        stretches = List.copyOf(stretches);
    }

    /**
     * Cuts a text.
     *
     * @param first token of 0.00 s
     * @param seek first frame of the window
     * @param frames how many frames of the window are sound
     */
    static WindowCuts of(int[] text, int first, int seek, int frames) {
        List<Integer> cuts = new ArrayList<>();
        for (int i = 0; i + 1 < text.length; i++) {
            if (text[i] >= first && text[i + 1] >= first) {
                cuts.add(i + 1);
            }
        }
        double offset = seek * STEP / FRAMES_A_STEP;
        return cuts.isEmpty() ? whole(text, first, offset, frames) : cut(text, first, offset, frames, cuts);
    }

    private static WindowCuts whole(int[] text, int first, double offset, int frames) {
        double steps = (int) (frames * FRAME / STEP);
        for (int i = text.length - 1; i >= 0; i--) {
            if (text[i] >= first) {
                steps = text[i] == first ? steps : text[i] - first;
                break;
            }
        }
        return new WindowCuts(List.of(new Stretch(offset, offset + steps * STEP, text)), frames);
    }

    private static WindowCuts cut(int[] text, int first, double offset, int frames, List<Integer> cuts) {
        int length = text.length;
        boolean closed = text[length - 1] >= first && text[length - 2] < first;
        if (closed) {
            cuts.add(length);
        } else {
            cuts.set(cuts.size() - 1, cuts.getLast() + 1);
        }
        List<Stretch> stretches = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < cuts.size(); i++) {
            int[] tokens = Arrays.copyOfRange(text, last, cuts.get(i));
            boolean open = i == cuts.size() - 1 && !closed;
            int ending = tokens[tokens.length - (open ? 2 : 1)];
            stretches.add(new Stretch(offset + (tokens[0] - first) * STEP, offset + (ending - first) * STEP, tokens));
            last = cuts.get(i);
        }
        int moved = closed ? frames : (text[last - 2] - first) * FRAMES_A_STEP;
        return new WindowCuts(stretches, moved > 0 ? moved : frames);
    }
}
