// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

/** How much less an update counts whose base is old (Xie et al., arXiv 1903.03934, section 5.2). */
public sealed interface Staleness {

    /**
     * The factor.
     *
     * @param versions that came since the base, 0 or more
     * @return above 0, at most 1
     */
    double factor(long versions);

    /** All count alike. */
    record Constant() implements Staleness {
        @Override
        public double factor(long versions) {
            return 1;
        }
    }

    /**
     * {@code (1 + d)^−a}.
     *
     * @param a 0 or more; 0.5 in FedAsync and FedBuff
     */
    record Polynomial(double a) implements Staleness {
        public Polynomial {
            Settings.notNegative("a", a);
        }

        @Override
        public double factor(long versions) {
            return Math.pow(1.0 + versions, -a);
        }
    }

    /**
     * 1 up to {@code b} versions, then {@code 1 / (a (d − b) + 1)}.
     *
     * @param a above 0; 10 in FedAsync
     * @param b 0 or more; 4 in FedAsync
     */
    record Hinge(double a, long b) implements Staleness {
        public Hinge {
            Settings.positive("a", a);
            Settings.notNegative("b", (double) b);
        }

        @Override
        public double factor(long versions) {
            return versions <= b ? 1 : 1 / (a * (versions - b) + 1);
        }
    }
}
