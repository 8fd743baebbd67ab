// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.SplittableRandom;

/** Repeatable: for tests alone. */
final class SeededSecureRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    SeededSecureRandom(long seed) {
        super(new Seeded(seed), null);
    }

    private static final class Seeded extends SecureRandomSpi {

        private static final long serialVersionUID = 1L;

        private final transient SplittableRandom random;

        Seeded(long seed) {
            random = new SplittableRandom(seed);
        }

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            byte[] seed = new byte[count];
            random.nextBytes(seed);
            return seed;
        }
    }
}
