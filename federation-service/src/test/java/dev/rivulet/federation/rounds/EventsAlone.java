// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store of which nothing but events is read, and in which nothing is written. */
record EventsAlone(RoundStore store) implements RoundStore {

    @Override
    public List<RoundEvent> read(String federation, long round) {
        return store.read(federation, round);
    }

    @Override
    public List<RoundEvent.Charged> charges(String federation) {
        return store.charges(federation);
    }

    @Override
    public long latest(String federation) {
        return store.latest(federation);
    }

    @Override
    public Optional<Past> past(String federation) {
        return Optional.empty();
    }

    @Override
    public boolean append(String federation, long round, int known, List<RoundEvent> events, @Nullable Past past) {
        throw new IllegalStateException("who only looks has written");
    }
}
