// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import dev.rivulet.registry.rollouts.analysis.Measure.Outcome;

/** How content callers are, and how alike answers are. */
final class Judgements {

    private Judgements() {}

    /**
     * Scores of callers: worse below the floor; or, with enough verdicts on both versions, where the Mann-Whitney test shows the
     * scores to be below the baseline's by more than the margin, or Fisher's that more of them are negative, which the first is
     * blind to where all are thumbs.
     */
    static Measure feedback(Scores seen, Scores base, FeedbackLimits limits, double alpha) {
        long least = limits.minVerdicts();
        double limit = Math.max(limits.floor(), base.count() == 0 ? 0 : base.mean() - limits.margin());
        double lower = Significance.greater(seen.shortfalls(0), base.shortfalls(limits.margin()));
        double negative = (double) seen.negative() / seen.count();
        double baseNegative = (double) base.negative() / base.count();
        double more = negative > baseNegative + limits.margin()
                ? Significance.moreOften(seen.negative(), seen.count(), base.negative(), base.count())
                : 1;
        Comparison scores =
                new Comparison("feedback_score", seen.mean(), base.mean(), limit, Math.min(lower, more), alpha);
        if (seen.count() >= least && seen.mean() < limits.floor()) {
            return scores.as(Outcome.WORSE, "%.3f is below the floor of %.3f", seen.mean(), limits.floor());
        }
        if (seen.count() < least || base.count() < least) {
            return limits.required()
                    ? scores.tooFew(seen.count(), base.count(), least)
                    : scores.as(
                            Outcome.NOT_MEASURED,
                            "%d verdicts on the candidate and %d on the baseline, fewer than %d of each say nothing",
                            seen.count(),
                            base.count(),
                            least);
        }
        if (lower < alpha || more < alpha) {
            return scores.as(
                    Outcome.WORSE,
                    "%.3f over %d verdicts, beside %.3f over %d; %s of them negative, beside %s",
                    seen.mean(),
                    seen.count(),
                    base.mean(),
                    base.count(),
                    Comparison.percent(negative),
                    Comparison.percent(baseNegative));
        }
        return scores.pass();
    }

    /**
     * Answers to mirrored requests at temperature 0: worse where the binomial test shows them to agree less often than they must,
     * undecided where they do agree less often and it may be chance.
     */
    static Measure agreement(Mirrored seen, ShadowLimits limits, double alpha) {
        double least = limits.minAgreement();
        double rate = (double) seen.equal() / seen.compared();
        double chance = Significance.atLeast(seen.different(), seen.compared(), 1 - least);
        Comparison agreed = new Comparison("answer_agreement", rate, Double.NaN, least, chance, alpha);
        if (least == 0) {
            return agreed.as(Outcome.NOT_MEASURED, "answers may differ");
        }
        if (seen.compared() < limits.minCompared()) {
            return agreed.as(
                    Outcome.INCONCLUSIVE,
                    "%d requests at temperature 0 were compared, %d are needed",
                    seen.compared(),
                    limits.minCompared());
        }
        if (rate >= least) {
            return agreed.pass();
        }
        return agreed.as(
                chance < alpha ? Outcome.WORSE : Outcome.INCONCLUSIVE,
                "%s of %d answers agree, %s must",
                Comparison.percent(rate),
                seen.compared(),
                Comparison.percent(least));
    }
}
