// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;

/**
 * FedAvg over differences that are shortened to a bound (Sun et al., arXiv 1911.07963, section 4): an attacker who scales has no
 * more weight than another device. The one robust strategy that needs a sum alone, if devices shorten before they mask and one can
 * rely on it. All devices count alike, since a claimed number of examples would be another way to scale.
 *
 * @param bound Euclidean length, above 0
 */
public record NormBounding(double bound) implements Summing {

    public NormBounding {
        Settings.positive("the bound", bound);
    }

    @Override
    public ServerState begin(Parameters model) {
        return new ServerState.Plain(0, model);
    }

    @Override
    public Term term(ServerState state, Update update) {
        double length = Distances.length(update, state.model());
        return new Term(update, length <= bound ? 1 : bound / length, 1);
    }

    @Override
    public ServerState apply(ServerState state, PartialSum sum) {
        return FedAvg.step(ServerState.as(ServerState.Plain.class, state), sum, 1);
    }
}
