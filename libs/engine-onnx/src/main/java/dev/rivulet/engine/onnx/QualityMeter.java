// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.DecoderRunner;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Lets two decoders predict every token of the same texts and compares them. Both read the true tokens, so that one early
 * difference does not count again at every later token. Texts run side by side in the slots.
 */
public final class QualityMeter {

    /**
     * A text.
     *
     * @param tokens at least one
     * @param given how many of them are not predicted, at least one: a question, where the answer matters
     */
    public record Passage(int[] tokens, int given) {

        public Passage {
            if (given < 1 || given > tokens.length) {
                throw new IllegalArgumentException(given + " of " + tokens.length + " tokens can't be given");
            }
            tokens = tokens.clone();
        }

        int length() {
            return tokens.length;
        }
    }

    private final DecoderRunner original;
    private final DecoderRunner quantised;
    private double originalLoss;
    private double quantisedLoss;
    private double divergence;
    private long same;
    private long tokens;

    private QualityMeter(DecoderRunner original, DecoderRunner quantised) {
        if (original.vocabularySize() != quantised.vocabularySize()) {
            throw new IllegalArgumentException("the decoders have different vocabularies");
        }
        this.original = original;
        this.quantised = quantised;
    }

    /**
     * Reads the texts and compares; both decoders' slots are overwritten.
     *
     * @param texts of each what fits the smaller context counts
     * @throws IllegalArgumentException if there is nothing to predict
     */
    public static Quality compare(DecoderRunner original, DecoderRunner quantised, List<Passage> texts) {
        QualityMeter meter = new QualityMeter(original, quantised);
        int rows = Math.min(original.slots(), quantised.slots());
        List<Passage> usable =
                texts.stream().filter(text -> text.length() > text.given()).toList();
        for (int from = 0; from < usable.size(); from += rows) {
            meter.read(usable.subList(from, Math.min(usable.size(), from + rows)));
        }
        return meter.quality();
    }

    private void read(List<Passage> texts) {
        int rows = texts.size();
        int context = Math.min(original.contextLength(), quantised.contextLength());
        int longest =
                Math.min(context, texts.stream().mapToInt(Passage::length).max().orElse(0) - 1);
        int[] next = new int[rows];
        int[] positions = new int[rows];
        for (int at = 0; at < longest; at++) {
            for (int row = 0; row < rows; row++) {
                // A text that has ended repeats its last step, which nobody counts.
                positions[row] = Math.min(at, texts.get(row).length() - 1);
                next[row] = texts.get(row).tokens[positions[row]];
            }
            FloatBuffer first = original.decode(rows, next, positions);
            FloatBuffer second = quantised.decode(rows, next, positions);
            for (int row = 0; row < rows; row++) {
                Passage text = texts.get(row);
                if (at + 1 >= text.given() && at + 1 < text.length()) {
                    compare(first, second, row, text.tokens[at + 1]);
                }
            }
        }
    }

    private void compare(FloatBuffer first, FloatBuffer second, int row, int truth) {
        int size = original.vocabularySize();
        Distribution one = Distribution.of(first, row * size, size);
        Distribution other = Distribution.of(second, row * size, size);
        originalLoss -= one.logProbability(first.get(row * size + truth));
        quantisedLoss -= other.logProbability(second.get(row * size + truth));
        same += one.best == other.best ? 1 : 0;
        tokens++;
        for (int token = row * size; token < (row + 1) * size; token++) {
            double log = one.logProbability(first.get(token));
            divergence += Math.exp(log) * (log - other.logProbability(second.get(token)));
        }
    }

    private Quality quality() {
        if (tokens == 0) {
            throw new IllegalArgumentException("no text has a token to predict");
        }
        return new Quality(
                tokens,
                Math.exp(originalLoss / tokens),
                Math.exp(quantisedLoss / tokens),
                (double) same / tokens,
                divergence / tokens);
    }

    /** The best token and what a logit must be lowered by to be a log-probability. */
    private record Distribution(int best, double normaliser) {

        static Distribution of(FloatBuffer logits, int from, int size) {
            int best = 0;
            for (int token = 1; token < size; token++) {
                best = logits.get(from + token) > logits.get(from + best) ? token : best;
            }
            double largest = logits.get(from + best);
            double sum = 0;
            for (int token = from; token < from + size; token++) {
                sum += Math.exp(logits.get(token) - largest);
            }
            return new Distribution(best, largest + Math.log(sum));
        }

        double logProbability(float logit) {
            return logit - normaliser;
        }
    }
}
