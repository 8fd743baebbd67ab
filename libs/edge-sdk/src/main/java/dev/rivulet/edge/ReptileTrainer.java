// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import dev.rivulet.federated.update.Parameters;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains as another trainer does, for a federation of Reptile (Nichol et al., arXiv 1803.02999): its model is one from which few steps
 * make a good model of any device. Devices count alike, so that the weight is 1; what a device uses is the common model after
 * training on its own examples. The federation has {@code FED_AVG} with {@code server_rate} ε. One thread trains; the model may be
 * read by others.
 */
public final class ReptileTrainer implements Trainer {

    private final Trainer steps;
    private volatile @Nullable Task last;
    private volatile @Nullable Parameters own;

    /** @param steps the few that are taken, in rounds and before use */
    public ReptileTrainer(Trainer steps) {
        this.steps = steps;
    }

    /** The device's own model, of the last common model that it trained from; null before the first. */
    public @Nullable Parameters own() {
        return own;
    }

    /**
     * The device's own model of a newer common one, by the steps that the last round asked for. Nothing is sent.
     *
     * @return empty before the first round, or if the device declines to train
     */
    public Optional<Parameters> personalised(Parameters common) throws Exception {
        Task asked = last;
        if (asked == null) {
            return Optional.empty();
        }
        Task same = new Task(asked.round(), common, asked.training(), asked.left());
        if (steps.train(same) instanceof Outcome.Trained trained) {
            own = trained.model();
        }
        return Optional.ofNullable(own);
    }

    @Override
    public Outcome train(Task task) throws Exception {
        last = Objects.requireNonNull(task);
        return switch (steps.train(task)) {
            case Outcome.Declined declined -> declined;
            case Outcome.Trained trained -> {
                own = trained.model();
                yield new Outcome.Trained(trained.model(), 1, trained.metrics(), trained.controlChange());
            }
        };
    }

    @Override
    public boolean evaluates() {
        return steps.evaluates();
    }

    /** The federation's model. */
    @Override
    public Optional<Measured> evaluate(Task task) throws Exception {
        return steps.evaluate(task);
    }
}
