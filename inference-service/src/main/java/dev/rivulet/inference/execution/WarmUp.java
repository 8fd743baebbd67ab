// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.LanguageModel;

/** Runs a model in the shapes that requests will bring, so that no request pays for the first run of one. */
final class WarmUp {

    private WarmUp() {}

    /** Leaves nothing behind that a sequence could read: positions beyond a sequence's length are never read. */
    static void run(LanguageModel model) {
        DecoderRunner decoder = model.decoder();
        int token = model.tokenizer().encode("a")[0];
        int longest = Math.min(decoder.prefillChunk(), decoder.contextLength() - 1);
        for (int length = 1; length < longest; length *= 4) {
            decoder.prefill(0, 0, repeated(token, length));
        }
        decoder.prefill(0, 0, repeated(token, longest));
        for (int rows = 1; rows < decoder.slots(); rows *= 2) {
            decoder.decode(rows, repeated(token, rows), new int[rows]);
        }
        decoder.decode(decoder.slots(), repeated(token, decoder.slots()), new int[decoder.slots()]);
    }

    private static int[] repeated(int token, int times) {
        int[] tokens = new int[times];
        java.util.Arrays.fill(tokens, token);
        return tokens;
    }
}
