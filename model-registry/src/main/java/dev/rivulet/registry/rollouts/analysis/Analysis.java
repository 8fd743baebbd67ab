// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import dev.rivulet.registry.rollouts.analysis.Measure.Outcome;
import java.time.Duration;
import java.util.List;

/**
 * Compares a candidate with the version that runs. Each metric has three limits: a margin over the baseline, beyond which a
 * one-sided test must show it to be (non-inferiority: what is tested is not "slower" but "slower by more than allowed"), an
 * absolute cap, and a least number of requests, below which nothing passes.
 *
 * <p>Shares of errors and refusals: Fisher's exact test or the two-proportion z-test. Times: the Mann-Whitney test of the candidate
 * against the baseline's times multiplied by the ratio allowed, for the whole; and Fisher's test of how many exceed the baseline's
 * 99th percentile multiplied by that ratio, for the tail, which the first is blind to.
 *
 * <p>A step is looked at again and again. So that this does not add up to false alarms, the look at which the candidate's requests
 * have doubled {@code k−1} times uses {@code alpha / (k (k+1))}, which sums to {@code alpha} over all looks; the tests share it evenly
 * (Bonferroni): six, two more where there is feedback, four while requests are mirrored.
 */
public record Analysis(Limits limits) {

    private static final int TESTS = 6;
    private static final int FEEDBACK_TESTS = 2;
    private static final int SHADOW_TESTS = 4;
    private static final double TAIL = 0.99;
    /** Errors that are compared before the least number of requests was seen; an exact test needs no more. */
    private static final long ERRORS_TOO_MANY_TO_WAIT = 5;

    /** Judges what both versions did over the same time. */
    public Verdict judge(Window candidate, Window baseline) {
        boolean told = candidate.feedback().count() + baseline.feedback().count() > 0;
        int tests = told ? TESTS + FEEDBACK_TESTS : TESTS;
        double alpha = alpha(candidate.requests(), limits.minSamples(), tests);
        FeedbackLimits feedback = limits.feedback();
        return verdict(
                candidate.requests(),
                baseline.requests(),
                List.of(
                        errors(candidate.errors(), candidate.requests(), baseline, alpha),
                        share(
                                "refusal_rate",
                                candidate.refusals(),
                                candidate.requests(),
                                baseline.refusals(),
                                baseline.requests(),
                                1,
                                alpha),
                        times("ttft_p99", candidate.ttft(), baseline.ttft(), limits.maxTtft(), alpha),
                        times("itl_p99", candidate.itl(), baseline.itl(), limits.maxItl(), alpha),
                        Judgements.feedback(
                                candidate.feedback(),
                                baseline.feedback(),
                                feedback,
                                alpha(candidate.feedback().count(), feedback.minVerdicts(), tests))));
    }

    /**
     * Judges what the candidate made of mirrored requests. They wait behind all others, so that the time to their first token says
     * nothing of the candidate; the time between tokens does.
     */
    public Verdict judgeMirrored(Window candidate, Window baseline) {
        Mirrored mirrored = candidate.mirrored();
        double alpha = alpha(mirrored.requests(), limits.minSamples(), SHADOW_TESTS);
        return verdict(
                mirrored.requests(),
                baseline.requests(),
                List.of(
                        errors(mirrored.failed(), mirrored.requests(), baseline, alpha),
                        times("itl_p99", candidate.itl(), baseline.itl(), limits.maxItl(), alpha),
                        Judgements.agreement(mirrored, limits.shadow(), alpha)));
    }

    private static Verdict verdict(long candidate, long baseline, List<Measure> measures) {
        Evidence evidence = new Evidence(candidate, baseline, measures);
        for (Measure measure : measures) {
            if (measure.outcome() == Outcome.WORSE) {
                return new Verdict.Worse(reason(measure), evidence);
            }
        }
        for (Measure measure : measures) {
            if (measure.outcome() == Outcome.INCONCLUSIVE) {
                return new Verdict.Inconclusive(reason(measure), evidence);
            }
        }
        return new Verdict.Pass(evidence);
    }

    private double alpha(long seen, long least, int tests) {
        double doubled = Math.log(Math.max(1, (double) seen / least)) / Math.log(2);
        double look = 1 + Math.floor(doubled);
        return limits.alpha() / (look * (look + 1)) / tests;
    }

    private Measure errors(long hits, long of, Window baseline, double alpha) {
        return share("error_rate", hits, of, baseline.errors(), baseline.requests(), limits.maxErrorRate(), alpha);
    }

    private Measure share(String metric, long hits, long of, long baseHits, long baseOf, double cap, double alpha) {
        double rate = (double) hits / of;
        double base = (double) baseHits / baseOf;
        double allowed = Math.min(cap, base + limits.errorMargin());
        double chance = Significance.moreOften(hits, of, baseHits, baseOf);
        Comparison comparison = new Comparison(metric, rate, base, allowed, chance, alpha);
        boolean enough = of >= limits.minSamples() && baseOf >= limits.minSamples();
        if (rate > base + limits.errorMargin() && chance < alpha && (enough || hits >= ERRORS_TOO_MANY_TO_WAIT)) {
            return comparison.as(
                    Outcome.WORSE,
                    "%s of %d requests, beside %s of %d",
                    Comparison.percent(rate),
                    of,
                    Comparison.percent(base),
                    baseOf);
        }
        if (of >= limits.minSamples() && rate > cap) {
            return comparison.as(
                    Outcome.WORSE, "%s is above the cap of %s", Comparison.percent(rate), Comparison.percent(cap));
        }
        return enough ? comparison.pass() : comparison.tooFew(of, baseOf, limits.minSamples());
    }

    private Measure times(String metric, Histogram seen, Histogram base, Duration cap, double alpha) {
        double ratio = limits.maxLatencyRatio();
        double tail = seen.quantile(TAIL);
        double baseTail = base.quantile(TAIL);
        double most = cap.toNanos() / 1e9;
        Comparison bare = new Comparison(metric, tail, baseTail, Math.min(most, baseTail * ratio), Double.NaN, alpha);
        if (seen.count() == 0 && base.count() == 0 && !metric.startsWith("ttft")) {
            return bare.as(Outcome.NOT_MEASURED, "no answer had it");
        }
        if (seen.count() >= limits.minSamples() && tail > most) {
            return bare.as(Outcome.WORSE, "%.4f s is above the cap of %.4f s", tail, most);
        }
        if (seen.count() < limits.minSamples() || base.count() < limits.minSamples()) {
            return bare.tooFew(seen.count(), base.count(), limits.minSamples());
        }
        Histogram allowed = base.times(ratio);
        double whole = Significance.greater(seen, allowed);
        // As if no fewer of the baseline's lay above its own 99th percentile than the hundredth that do by definition.
        double threshold = allowed.quantile(TAIL);
        double above = Significance.moreOften(
                seen.above(threshold), seen.count(), (long) Math.ceil((1 - TAIL) * base.count()), base.count());
        Comparison comparison =
                new Comparison(metric, tail, baseTail, Math.min(most, baseTail * ratio), Math.min(whole, above), alpha);
        if (whole < alpha || above < alpha) {
            return comparison.as(
                    Outcome.WORSE,
                    "%s more than %.2f times the baseline's: %.4f s beside %.4f s at the 99th percentile, %.4f s beside %.4f s at the median",
                    whole < alpha ? "times are" : "the tail is",
                    ratio,
                    tail,
                    baseTail,
                    seen.quantile(0.5),
                    base.quantile(0.5));
        }
        return comparison.pass();
    }

    private static String reason(Measure measure) {
        return measure.metric() + ": " + measure.why();
    }
}
