// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.LocalTraining.Trained;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Update;
import java.util.Map;
import java.util.Random;

/** Really trains a softmax regression on a device's examples. */
record LocalTrainer(Examples examples, long seed) implements Trainer {

    @Override
    public Outcome train(Task task) {
        SoftmaxRegression network = new SoftmaxRegression(examples.dimensions(), examples.classes());
        double before = network.evaluate(task.model(), examples).loss();
        var asked = task.training();
        LocalTraining training = new LocalTraining(asked.getEpochs(), asked.getBatch(), asked.getRate(), asked.getMu());
        Trained trained = training.train(network.on(examples), task.model(), new Random(seed + task.round()));
        return new Outcome.Trained(
                trained.model(),
                examples.count(),
                Map.of(Update.LOSS_BEFORE, before, Update.LOSS_AFTER, trained.loss()));
    }
}
