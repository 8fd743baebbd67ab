// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.NoNumbersException;
import dev.rivulet.modelpackage.folder.SpeechTokens;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Writes the text of a window that the sessions listen to, token by token. */
final class WindowWriter {

    private final SpeechSessions sessions;
    private final SpeechTokens tokens;
    private final TimestampRules rules;
    private final int longest;
    private final RandomGenerator random;
    private final BooleanSupplier cancelled;

    /** @param longest most tokens of a window, those before the text included */
    WindowWriter(
            SpeechSessions sessions,
            SpeechTokens tokens,
            boolean timestamps,
            int longest,
            RandomGenerator random,
            BooleanSupplier cancelled) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.rules = new TimestampRules(tokens, timestamps);
        this.longest = longest;
        this.random = random;
        this.cancelled = cancelled;
    }

    /**
     * Writes a text.
     *
     * @param before tokens that it follows
     * @param start where among them {@link SpeechTokens#start} stands
     * @return nothing if it was cancelled
     */
    @Nullable WindowText write(int[] before, int start, double temperature) {
        float[][] first = sessions.read(before, 0, start, before.length - 1);
        double silence = Math.exp(first[0][tokens.silence()] - logSum(first[0]));
        int[] text = new int[longest - before.length + 1];
        int length = 0;
        double logprobs = 0;
        float[] logits = first[1];
        while (true) {
            if (cancelled.getAsBoolean()) {
                return null;
            }
            rules.apply(logits, text, length);
            int token = temperature > 0 ? drawn(logits, temperature) : best(logits);
            logprobs += logits[token] - logSum(logits);
            text[length++] = token;
            if (token == tokens.end() || before.length + length >= longest) {
                break;
            }
            logits = sessions.read(new int[] {token}, before.length + length - 1, 0)[0];
        }
        double compression = WindowText.compression(text, length, logits.length);
        int kept = text[length - 1] == tokens.end() ? length - 1 : length;
        return new WindowText(Arrays.copyOf(text, kept), logprobs / length, compression, silence, temperature);
    }

    static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        if (!Float.isFinite(logits[best])) {
            throw new NoNumbersException("decoder of speech");
        }
        return best;
    }

    private int drawn(float[] logits, double temperature) {
        int best = best(logits);
        double sum = 0;
        double[] weights = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - logits[best]) / temperature);
            sum += weights[i];
        }
        double left = random.nextDouble() * sum;
        for (int i = 0; i < weights.length; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return best;
    }

    static double logSum(float[] logits) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }
}
