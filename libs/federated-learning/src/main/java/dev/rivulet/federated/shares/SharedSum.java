// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.security.SecureRandom;
import java.util.List;

/** By additive shares with three aggregators, of which no two may plot together. */
public final class SharedSum implements SecureSum {

    private static final int MINIMUM = 2;

    private final SumSpace space;
    private final SecureRandom random;

    public SharedSum(SumSpace space, SecureRandom random) {
        this.space = space;
        this.random = random;
    }

    @Override
    public SumSpace space() {
        return space;
    }

    @Override
    public int[] sum(List<int[]> vectors) {
        space.require(vectors);
        SeedAggregator first = new SeedAggregator(space, MINIMUM);
        SeedAggregator second = new SeedAggregator(space, MINIMUM);
        SumOfRests third = new SumOfRests(space, MINIMUM);
        for (int device = 0; device < vectors.size(); device++) {
            AdditiveShares shares = AdditiveShares.of(vectors.get(device), random);
            first.accept(device, shares.first());
            second.accept(device, shares.second());
            third.accept(device, shares.rest());
        }
        return third.complete(first.partial(third.devices()), second.partial(third.devices()));
    }
}
