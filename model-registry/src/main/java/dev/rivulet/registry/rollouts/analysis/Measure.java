// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * One metric of both versions, as it was judged. Numbers have six digits; null is what was not measured.
 *
 * @param metric error_rate, refusal_rate, ttft_p99, itl_p99, feedback_score or answer_agreement; times in seconds
 * @param limit what the candidate's may be: of the baseline's with its margin and of the cap or floor the stricter
 * @param pValue chance of what was seen if the candidate were at the limit
 * @param alpha below which the chance counts as proof
 * @param outcome what it came to
 * @param why in words, where it did not pass
 */
public record Measure(
        String metric,
        @Nullable Double candidate,
        @Nullable Double baseline,
        @Nullable Double limit,
        @Nullable Double pValue,
        @Nullable Double alpha,
        Outcome outcome,
        @Nullable String why) {

    private static final MathContext SIX = new MathContext(6, RoundingMode.HALF_EVEN);

    /** What a metric came to. */
    public enum Outcome {
        PASS,
        WORSE,
        INCONCLUSIVE,
        /** Neither version has it, such as times between tokens of answers with one token. */
        NOT_MEASURED
    }

    static @Nullable Double number(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(SIX).doubleValue() : null;
    }
}
