// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import dev.rivulet.federated.privacy.Mechanism.DistributedDiscreteGaussian;
import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Privacy loss distributions: tight but for the step of their grid, and on the safe side of it. Uses of which nothing is sampled
 * (q = 1) are one Gaussian, exactly: μ² = Σ T/σ², δ(ε) = Φ(−ε/μ + μ/2) − e^ε Φ(−ε/μ − μ/2) (Balle and Wang, arXiv 1805.06530).
 * Knows the subsampled Gaussian alone. Safe for many threads; an answer takes tenths of a second.
 */
public final class PldAccountant implements Accountant {

    /** The step of the grid in ε; wider where losses span more than the grid may hold. */
    public static final double STEP = 1e-4;

    private static final double MOST_POINTS = 1 << 20;

    @Override
    public double epsilon(List<Spent> spent, double delta) {
        Accountant.requireDelta(delta);
        Map<SubsampledGaussian, Long> uses = uses(spent);
        if (uses.isEmpty()) {
            return 0;
        }
        if (uses.keySet().stream().allMatch(gaussian -> gaussian.samplingRate() == 1)) {
            return exactEpsilon(Math.sqrt(signal(uses)), delta);
        }
        double step = uses.keySet().stream()
                .mapToDouble(gaussian -> Math.max(STEP, GaussianLoss.span(gaussian) / MOST_POINTS))
                .max()
                .orElseThrow();
        LossComposition removed = new LossComposition(step);
        LossComposition added = new LossComposition(step);
        uses.forEach((gaussian, times) -> {
            GaussianLoss.Both both = GaussianLoss.of(gaussian, step);
            removed.with(both.removed(), times);
            added.with(both.added(), times);
        });
        return Math.max(removed.compose().epsilon(delta), added.compose().epsilon(delta));
    }

    private static Map<SubsampledGaussian, Long> uses(List<Spent> spent) {
        Map<SubsampledGaussian, Long> uses = new LinkedHashMap<>();
        for (Spent each : spent) {
            switch (each.mechanism()) {
                case SubsampledGaussian gaussian -> uses.merge(gaussian, each.steps(), Math::addExact);
                case DistributedDiscreteGaussian _ ->
                    throw new IllegalArgumentException(
                            "the loss distribution of the distributed discrete Gaussian is not known: use the RDP accountant");
            }
        }
        return uses;
    }

    private static double signal(Map<SubsampledGaussian, Long> uses) {
        double signal = 0;
        for (Map.Entry<SubsampledGaussian, Long> use : uses.entrySet()) {
            signal += use.getValue() / Math.pow(use.getKey().noiseMultiplier(), 2);
        }
        return signal;
    }

    /** δ of the Gaussian mechanism with μ = sensitivity / standard deviation. */
    static double exactDelta(double mu, double epsilon) {
        double within = NormalTail.upper(epsilon / mu - mu / 2);
        return within - Math.exp(epsilon + NormalTail.logUpper(epsilon / mu + mu / 2));
    }

    private static double exactEpsilon(double mu, double delta) {
        if (exactDelta(mu, 0) <= delta) {
            return 0;
        }
        double high = 1;
        while (exactDelta(mu, high) > delta && high < 1e12) {
            high *= 2;
        }
        return rootAbove(epsilon -> exactDelta(mu, epsilon) - delta, high);
    }

    /** Halves the interval from 0 until it is empty, and answers its upper end. */
    private static double rootAbove(DoubleUnaryOperator falling, double end) {
        double low = 0;
        double high = end;
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (falling.applyAsDouble(middle) > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
