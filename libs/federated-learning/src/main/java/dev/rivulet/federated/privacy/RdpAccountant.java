// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import dev.rivulet.federated.privacy.Mechanism.DistributedDiscreteGaussian;
import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Rényi differential privacy at a list of orders (arXiv 1702.07476): divergences of uses add up, and become (ε, δ) by the conversion
 * of Canonne, Kamath and Steinke (arXiv 2004.00010, proposition 12): ε = r + ln(1 − 1/α) − ln(δα)/(α − 1), at the best order.
 * Knows every mechanism; looser than {@link PldAccountant}. Safe for many threads.
 */
public final class RdpAccountant implements Accountant {

    /** Orders at or below this convert badly and are passed over. */
    private static final double LEAST_ORDER = 1.01;

    private static final int MOST_CURVES = 1_000;

    private final double[] orders;
    private final Map<Mechanism, double[]> curves = new ConcurrentHashMap<>();

    /** With the orders 1.1 … 10.9 by tenths, 11 … 63, 128, 256, 512 and 1024. */
    public RdpAccountant() {
        this(DoubleStream.concat(
                        IntStream.rangeClosed(1, 99).mapToDouble(tenths -> 1 + tenths / 10.0),
                        DoubleStream.concat(
                                IntStream.rangeClosed(11, 63).asDoubleStream(), DoubleStream.of(128, 256, 512, 1024)))
                .toArray());
    }

    /** @param orders each above 1 and at most 4096 */
    public RdpAccountant(double[] orders) {
        for (double order : orders) {
            if (!(order > 1 && order <= 4096)) {
                throw new IllegalArgumentException("an order is in (1, 4096], not " + order);
            }
        }
        this.orders = orders.clone();
    }

    @Override
    public double epsilon(List<Spent> spent, double delta) {
        return bound(spent, delta).epsilon();
    }

    /**
     * An ε and where it comes from.
     *
     * @param order α at which ε is the smallest; 0 of nothing
     */
    public record Bound(double epsilon, double order) {}

    /** Like {@link #epsilon}, with the order. */
    public Bound bound(List<Spent> spent, double delta) {
        Accountant.requireDelta(delta);
        if (spent.isEmpty()) {
            return new Bound(0, 0);
        }
        Bound best = new Bound(Double.POSITIVE_INFINITY, 0);
        double[] divergences = divergences(spent);
        for (int i = 0; i < orders.length; i++) {
            double epsilon = convert(divergences[i], orders[i], delta);
            best = epsilon < best.epsilon() ? new Bound(epsilon, orders[i]) : best;
        }
        return best;
    }

    private double[] divergences(List<Spent> spent) {
        double[] sum = new double[orders.length];
        for (Spent each : spent) {
            double[] curve = curve(each.mechanism());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += each.steps() * curve[i];
            }
        }
        return sum;
    }

    /** Rounds ask for the same few mechanisms again and again. */
    private double[] curve(Mechanism mechanism) {
        if (curves.size() >= MOST_CURVES) {
            curves.clear();
        }
        return curves.computeIfAbsent(
                mechanism,
                each -> DoubleStream.of(orders)
                        .map(order -> divergence(each, order))
                        .toArray());
    }

    private static double convert(double divergence, double order, double delta) {
        if (order <= LEAST_ORDER) {
            return Double.POSITIVE_INFINITY;
        }
        double epsilon = divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
        return Math.max(0, epsilon);
    }

    /** Rényi divergence of order α of all uses together. */
    public static double divergence(List<Spent> spent, double order) {
        double sum = 0;
        for (Spent each : spent) {
            sum += each.steps() * divergence(each.mechanism(), order);
        }
        return sum;
    }

    private static double divergence(Mechanism mechanism, double order) {
        return switch (mechanism) {
            case SubsampledGaussian gaussian -> new GaussianRdp(gaussian).at(order);
            case DistributedDiscreteGaussian discrete -> discrete(discrete, order);
        };
    }

    /** The least of the three bounds of arXiv 2102.06387, theorem 1 and proposition 14. */
    private static double discrete(DistributedDiscreteGaussian sum, double order) {
        double gap = gap(sum);
        double deviation = Math.sqrt(sum.devices()) * sum.localDeviation();
        double l1 = sum.l1() / deviation;
        double l2 = sum.l2() / deviation;
        double d = sum.dimensions();
        double shifted = l2 + Math.sqrt(d) * gap;
        double byShift = order / 2 * shifted * shifted;
        double byL1 = order / 2 * (l2 * l2 + 2 * l1 * gap + gap * gap * d);
        return Math.min(order / 2 * l2 * l2 + gap * d, Math.min(byL1, byShift));
    }

    /** τ: how far a sum of discrete Gaussians is from one discrete Gaussian. */
    private static double gap(DistributedDiscreteGaussian sum) {
        double scale = -2 * Math.PI * Math.PI * sum.localDeviation() * sum.localDeviation();
        double gap = 0;
        for (int k = 1; k < sum.devices(); k++) {
            gap += Math.exp(scale * k / (k + 1));
        }
        return 10 * gap;
    }
}
