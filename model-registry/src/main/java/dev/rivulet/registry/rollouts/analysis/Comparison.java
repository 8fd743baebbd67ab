// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import dev.rivulet.registry.rollouts.analysis.Measure.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One metric's numbers, to be completed with what they came to. */
record Comparison(String metric, double candidate, double baseline, double limit, double chance, double alpha) {

    Measure pass() {
        return measure(Outcome.PASS, null);
    }

    Measure tooFew(long seen, long base, long wanted) {
        return as(
                Outcome.INCONCLUSIVE,
                "%d of the candidate and %d of the baseline, %d of each are needed",
                seen,
                base,
                wanted);
    }

    Measure as(Outcome outcome, String why, Object... values) {
        return measure(outcome, String.format(Locale.ROOT, why, values));
    }

    private Measure measure(Outcome outcome, @Nullable String why) {
        return new Measure(
                metric,
                Measure.number(candidate),
                Measure.number(baseline),
                Measure.number(limit),
                Measure.number(chance),
                Measure.number(alpha),
                outcome,
                why);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", share * 100);
    }
}
