package dev.rivulet.registry.rollouts.analysis;

import dev.rivulet.registry.rollouts.analysis.Measure.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
 * have doubled {@code k−1} times uses {@code alpha / (k (k+1))}, which sums to {@code alpha} over all looks; the six tests share it
 * evenly (Bonferroni).
 */
public record Analysis(Limits limits) {

    private static final int TESTS = 6;
    private static final double TAIL = 0.99;
    /** Errors that are compared before the least number of requests was seen; an exact test needs no more. */
    private static final long ERRORS_TOO_MANY_TO_WAIT = 5;

    /** Judges what both versions did over the same time. */
    public Verdict judge(Window candidate, Window baseline) {
        double alpha = alpha(candidate.requests());
        List<Measure> measures = List.of(
                share(
                        "error_rate",
                        candidate.errors(),
                        candidate,
                        baseline.errors(),
                        baseline,
                        limits.maxErrorRate(),
                        alpha),
                share("refusal_rate", candidate.refusals(), candidate, baseline.refusals(), baseline, 1, alpha),
                times("ttft_p99", candidate.ttft(), baseline.ttft(), limits.maxTtft(), alpha),
                times("itl_p99", candidate.itl(), baseline.itl(), limits.maxItl(), alpha));
        Evidence evidence = new Evidence(candidate.requests(), baseline.requests(), measures);
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

    private double alpha(long requests) {
        double doubled = Math.log(Math.max(1, (double) requests / limits.minSamples())) / Math.log(2);
        double look = 1 + Math.floor(doubled);
        return limits.alpha() / (look * (look + 1)) / TESTS;
    }

    private Measure share(String metric, long hits, Window of, long baseHits, Window baseOf, double cap, double alpha) {
        double rate = (double) hits / of.requests();
        double base = (double) baseHits / baseOf.requests();
        double allowed = Math.min(cap, base + limits.errorMargin());
        double chance = Significance.moreOften(hits, of.requests(), baseHits, baseOf.requests());
        Comparison comparison = new Comparison(metric, rate, base, allowed, chance, alpha);
        boolean enough = of.requests() >= limits.minSamples() && baseOf.requests() >= limits.minSamples();
        if (rate > base + limits.errorMargin() && chance < alpha && (enough || hits >= ERRORS_TOO_MANY_TO_WAIT)) {
            return comparison.as(
                    Outcome.WORSE,
                    "%s of %d requests, beside %s of %d",
                    percent(rate),
                    of.requests(),
                    percent(base),
                    baseOf.requests());
        }
        if (of.requests() >= limits.minSamples() && rate > cap) {
            return comparison.as(Outcome.WORSE, "%s is above the cap of %s", percent(rate), percent(cap));
        }
        return enough ? comparison.pass() : comparison.tooFew(of.requests(), baseOf.requests(), limits.minSamples());
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

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", share * 100);
    }

    private static String reason(Measure measure) {
        return measure.metric() + ": " + measure.why();
    }

    /** One metric's numbers, to be completed with what they came to. */
    private record Comparison(
            String metric, double candidate, double baseline, double limit, double chance, double alpha) {

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
    }
}
