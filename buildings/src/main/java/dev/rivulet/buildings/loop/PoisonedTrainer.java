// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.update.Parameters;

/**
 * A site that does harm: it turns what it learnt round and sends it many times over, which under masks nobody can see
 * ("model replacement", Bagdasaryan et al., arXiv 1807.00459).
 *
 * @param honest what it would have learnt
 * @param factor how many times it sends the opposite, above 0
 */
record PoisonedTrainer(Trainer honest, double factor) implements Trainer {

    @Override
    public Outcome train(Task task) throws Exception {
        Outcome outcome = honest.train(task);
        if (!(outcome instanceof Outcome.Trained trained)) {
            return outcome;
        }
        Parameters change = trained.model().minus(task.model());
        float size = (float) (-factor * Math.max(1, task.model().norm() / Math.max(1e-6, change.norm())));
        return new Outcome.Trained(task.model().plus(change, size), trained.weight(), trained.metrics());
    }
}
