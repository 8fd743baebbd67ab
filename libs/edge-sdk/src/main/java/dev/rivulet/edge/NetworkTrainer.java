// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.update.Update;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Trains a softmax regression or a perceptron on the device's labelled examples, in plain Java, as the federation asks: epochs, batch,
 * rate and FedProx's μ. It says how well the model did before training, on held-out examples where there are some. Safe for threads.
 *
 * @param network whose layout is that of the federation's model; another one is declined as {@code unsupported}
 * @param examples to learn from; none are declined as {@code no-data}
 * @param heldOut never learnt from; empty if there are none
 * @param seed of the order of examples: with the same seed a round's training is the same
 */
public record NetworkTrainer(Network network, Examples examples, Optional<Examples> heldOut, long seed)
        implements Trainer {

    /** Metric: share of the held-out examples, or without them of the device's own, that the round's model labels right, 0 to 1. */
    public static final String ACCURACY_BEFORE = "accuracy-before";

    public NetworkTrainer {
        Objects.requireNonNull(network);
        Objects.requireNonNull(examples);
    }

    /** Without held-out examples. */
    public NetworkTrainer(Network network, Examples examples, long seed) {
        this(network, examples, Optional.empty(), seed);
    }

    @Override
    public boolean evaluates() {
        return true;
    }

    /** On the held-out examples, or without them on the device's own. */
    @Override
    public Optional<Measured> evaluate(Task task) {
        Examples kept = heldOut.orElse(examples);
        if (kept.count() == 0 || !network.layout().equals(task.model().layout())) {
            return Optional.empty();
        }
        Evaluation found = network.evaluate(task.model(), kept);
        return Optional.of(new Measured(kept.count(), found.loss(), found.accuracy()));
    }

    @Override
    public Outcome train(Task task) {
        if (examples.count() == 0) {
            return new Outcome.Declined("no-data", "the device has no examples");
        }
        if (!network.layout().equals(task.model().layout())) {
            return new Outcome.Declined("unsupported", "the federation's model is not of this network's layout");
        }
        Training asked = task.training();
        LocalTraining training = new LocalTraining(asked.getEpochs(), asked.getBatch(), asked.getRate(), asked.getMu());
        SplittableRandom random = new SplittableRandom(31 * seed + task.round());
        Evaluation before = network.evaluate(task.model(), examples);
        LocalTraining.Trained trained = training.train(network.on(examples), task.model(), random);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(Update.LOSS_BEFORE, before.loss());
        metrics.put(Update.LOSS_AFTER, trained.loss());
        metrics.put(
                ACCURACY_BEFORE,
                heldOut.map(kept -> network.evaluate(task.model(), kept))
                        .orElse(before)
                        .accuracy());
        return new Outcome.Trained(trained.model(), examples.count(), metrics);
    }
}
