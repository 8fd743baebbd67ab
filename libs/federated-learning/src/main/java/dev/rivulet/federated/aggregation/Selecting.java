// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.List;

/**
 * A robust strategy: it compares single updates and leaves out what lies apart, so that it can't work on a sum. Numbers of examples
 * do not count, since an attacker can claim any. Where updates are summed under masks, each group's sum may take the place of one
 * update.
 */
public sealed interface Selecting extends Strategy permits CoordinateMedian, TrimmedMean, Krum, MultiKrum, Bulyan {

    /**
     * Combines the values of the updates.
     *
     * @param rows one per update, all of the same length; at least {@link #least()}
     * @return values of that length
     */
    float[] combine(List<float[]> rows);

    @Override
    default ServerState begin(Parameters model) {
        return new ServerState.Plain(0, model);
    }

    @Override
    default ServerState aggregate(ServerState state, List<Update> updates) {
        ServerState.Plain before = ServerState.as(ServerState.Plain.class, state);
        if (updates.isEmpty()) {
            return before;
        }
        if (updates.size() < least()) {
            throw new IllegalArgumentException(this + " needs at least " + least() + " updates, not " + updates.size());
        }
        List<float[]> rows = new ArrayList<>(updates.size());
        for (Update update : updates) {
            rows.add(difference(ServerState.usable(check(state, update)), before.model()));
        }
        Parameters combined = new Parameters(before.model().layout(), combine(rows));
        return new ServerState.Plain(before.version() + 1, before.model().plus(combined, 1));
    }

    private static float[] difference(Update update, Parameters base) {
        return switch (update.kind()) {
            case DELTA -> update.values().values();
            case RESULT -> update.values().minus(base).values();
        };
    }
}
