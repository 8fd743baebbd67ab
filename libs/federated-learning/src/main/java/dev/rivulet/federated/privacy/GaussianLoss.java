// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;

/**
 * The privacy losses of one use of the subsampled Gaussian, on a grid. With n the density of N(0, σ²) and m that of the mixture
 * (1−q)N(0, σ²) + qN(1, σ²), the loss at x is L(x) = ln(1 − q + q·e^((2x−1)/(2σ²))): of m against n when somebody is removed, and
 * −L of n against m when somebody is added.
 *
 * <p>What falls between two points of the grid is shared between them so that both its probabilities, the one under m and the one
 * under n, stay what they are. The curve δ(e^ε) of the result connects the dots of the true curve, which is convex, and so lies above
 * it, at a distance of the second order in the step (Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, arXiv 2207.04380).
 */
final class GaussianLoss {

    /** Beyond so many standard deviations everything counts as an unbounded loss: a probability of 10⁻²¹. */
    private static final double REACH = 9.5;

    private static final double PIECE = 0.25;

    /** Nodes and weights of the Gauss–Legendre rule with five points on [−1, 1]. */
    private static final double[] NODES = legendreNodes();

    private static final double[] WEIGHTS = legendreWeights();

    private final double q;
    private final double sigma;
    private final double step;
    private final int first;
    private final double[] removed;
    private final double[] added;

    private GaussianLoss(SubsampledGaussian gaussian, double step) {
        this.q = gaussian.samplingRate();
        this.sigma = gaussian.noiseMultiplier();
        this.step = step;
        this.first = (int) Math.floor(loss(-REACH * sigma) / step);
        int last = (int) Math.floor(loss(1 + REACH * sigma) / step) + 1;
        this.removed = new double[last - first + 1];
        this.added = new double[last - first + 1];
    }

    /**
     * Both directions.
     *
     * @param removed the losses when somebody is removed
     * @param added the losses when somebody is added
     */
    record Both(PrivacyLoss removed, PrivacyLoss added) {}

    /** The span of finite losses, in ε. */
    static double span(SubsampledGaussian gaussian) {
        GaussianLoss probe = new GaussianLoss(gaussian, 1e9);
        double reach = REACH * gaussian.noiseMultiplier();
        return probe.loss(1 + reach) - probe.loss(-reach);
    }

    static Both of(SubsampledGaussian gaussian, double step) {
        GaussianLoss grid = new GaussianLoss(gaussian, step);
        grid.fill();
        double beyond = 2 * NormalTail.upper(REACH);
        double[] mirrored = new double[grid.added.length];
        for (int i = 0; i < mirrored.length; i++) {
            mirrored[i] = grid.added[mirrored.length - 1 - i];
        }
        int mirroredFirst = -(grid.first + mirrored.length - 1);
        return new Both(
                new PrivacyLoss(step, grid.first, grid.removed, beyond),
                new PrivacyLoss(step, mirroredFirst, mirrored, beyond));
    }

    private void fill() {
        double end = 1 + REACH * sigma;
        double from = -REACH * sigma;
        for (int cell = 0; cell < removed.length - 1; cell++) {
            double to = Math.min(end, inverse((first + cell + 1) * step));
            if (to > from) {
                cell(cell, from, to);
                from = to;
            }
        }
    }

    private void cell(int cell, double from, double to) {
        int pieces = (int) Math.ceil((to - from) / (PIECE * sigma));
        double half = (to - from) / (2 * pieces);
        for (int piece = 0; piece < pieces; piece++) {
            double middle = from + (2 * piece + 1) * half;
            for (int k = 0; k < NODES.length; k++) {
                share(cell, middle + half * NODES[k], half * WEIGHTS[k]);
            }
        }
    }

    /** Shares what is at x between the points at both ends of its cell. */
    private void share(int cell, double x, double width) {
        double loss = loss(x);
        double none = width * Math.exp(-x * x / (2 * sigma * sigma)) / (sigma * Math.sqrt(2 * Math.PI));
        double some = none * Math.exp(loss);
        double above = loss - (first + cell) * step;
        double below = step - above;
        double up = Math.clamp(Math.expm1(-above) / Math.expm1(-step), 0, 1);
        removed[cell + 1] += some * up;
        removed[cell] += some * (1 - up);
        double down = Math.clamp(Math.expm1(-below) / Math.expm1(-step), 0, 1);
        added[cell] += none * down;
        added[cell + 1] += none * (1 - down);
    }

    private double loss(double x) {
        double shift = (2 * x - 1) / (2 * sigma * sigma);
        if (q == 1) {
            return shift;
        }
        return shift > 500 ? Math.log(q) + shift : Math.log1p(q * Math.expm1(shift));
    }

    /** The x of a loss; −∞ for losses that no x has. */
    private double inverse(double loss) {
        if (q == 1) {
            return sigma * sigma * loss + 0.5;
        }
        double odds = loss > 500 ? loss - Math.log(q) : Math.log1p(Math.expm1(loss) / q);
        return Double.isNaN(odds) ? Double.NEGATIVE_INFINITY : sigma * sigma * odds + 0.5;
    }

    private static double[] legendreNodes() {
        double inner = Math.sqrt(5 - 2 * Math.sqrt(10.0 / 7)) / 3;
        double outer = Math.sqrt(5 + 2 * Math.sqrt(10.0 / 7)) / 3;
        return new double[] {-outer, -inner, 0, inner, outer};
    }

    private static double[] legendreWeights() {
        double inner = (322 + 13 * Math.sqrt(70)) / 900;
        double outer = (322 - 13 * Math.sqrt(70)) / 900;
        return new double[] {outer, inner, 128.0 / 225, inner, outer};
    }
}
