// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/**
 * A privacy loss distribution on a grid: with the probability mass[i] the loss is (first + i)·step, and with the rest of the
 * probability, infinity, it is unbounded. Always pessimistic: its δ(ε) is at or above that of the mechanism at every ε.
 *
 * @param step of the grid, in ε
 * @param first of the grid, in steps
 * @param mass by step
 * @param infinity in [0, 1]
 */
record PrivacyLoss(double step, int first, double[] mass, double infinity) {

    /** E[e^(t·loss)], of the finite losses, in log. */
    double logMoment(double t) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < mass.length; i++) {
            most = mass[i] > 0 ? Math.max(most, t * (first + i) * step + Math.log(mass[i])) : most;
        }
        double sum = 0;
        for (int i = 0; i < mass.length; i++) {
            sum += mass[i] > 0 ? mass[i] * Math.exp(t * (first + i) * step - most) : 0;
        }
        return most + Math.log(sum);
    }

    /** δ(ε) = infinity + Σ over losses above ε of mass · (1 − e^(ε − loss)). */
    double delta(double epsilon) {
        double delta = infinity;
        for (int i = mass.length - 1; i >= 0; i--) {
            double loss = (first + i) * step;
            if (loss <= epsilon) {
                break;
            }
            delta += mass[i] * -Math.expm1(epsilon - loss);
        }
        return Math.min(1, delta);
    }

    /** The smallest ε ≥ 0 whose δ is at or below the one given; infinity where there is none. */
    double epsilon(double delta) {
        if (infinity > delta) {
            return Double.POSITIVE_INFINITY;
        }
        double above = infinity;
        double scaled = 0;
        for (int i = mass.length - 1; i >= 0; i--) {
            double loss = (first + i) * step;
            if (loss <= 0 || above - Math.exp(loss) * scaled > delta) {
                break;
            }
            above += mass[i];
            scaled += mass[i] * Math.exp(-loss);
        }
        return above > delta && scaled > 0 ? Math.max(0, Math.log((above - delta) / scaled)) : 0;
    }
}
