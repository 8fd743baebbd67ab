// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.federated.training.Ditto;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.update.Parameters;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Trains the federation's model as another trainer does, and beside it a model of the device's own that is pulled to it (Ditto, Li et
 * al., arXiv 2012.04221). The own model never leaves the device: use it, and keep it over a restart. One thread trains; the model may
 * be read by others.
 */
public final class DittoTrainer implements Trainer {

    /** Trains the device's own model for one round. */
    @FunctionalInterface
    public interface Personal {

        /**
         * One round of it.
         *
         * @param task of the round; its model is the common one
         * @param own the device's model before, of the same layout
         * @return the device's model after, pulled to the common one
         */
        Parameters train(Task task, Parameters own) throws Exception;
    }

    private final Trainer common;
    private final Personal personal;
    private volatile @Nullable Parameters own;

    /**
     * @param common what the federation gets
     * @param personal what stays
     * @param own what was kept over a restart; null to begin with the first model of the federation
     */
    public DittoTrainer(Trainer common, Personal personal, @Nullable Parameters own) {
        this.common = common;
        this.personal = personal;
        this.own = own;
    }

    /**
     * Of a network in plain Java: both models learn from the trainer's examples, as the federation asks.
     *
     * @param lambda λ: 0 is a model of the device alone, much is the common one
     */
    public static DittoTrainer of(NetworkTrainer trainer, float lambda, @Nullable Parameters own) {
        return new DittoTrainer(
                trainer,
                (task, before) -> {
                    Training asked = task.training();
                    Ditto ditto =
                            new Ditto(new LocalTraining(asked.getEpochs(), asked.getBatch(), asked.getRate(), lambda));
                    SplittableRandom random = new SplittableRandom(37 * trainer.seed() + task.round());
                    return ditto.train(trainer.network().on(trainer.examples()), before, task.model(), random)
                            .model();
                },
                own);
    }

    /** The device's own model after its last training; null before the first. */
    public @Nullable Parameters own() {
        return own;
    }

    /** The own model is trained when the common one could be; what goes wrong with it does not keep the update back. */
    @Override
    public Outcome train(Task task) throws Exception {
        Outcome outcome = common.train(task);
        if (outcome instanceof Outcome.Trained) {
            Parameters before = own;
            boolean fits = before != null && before.layout().equals(task.model().layout());
            Parameters next = personal.train(task, fits && before != null ? before : task.model());
            if (Double.isFinite(next.norm())) {
                own = next;
            }
        }
        return outcome;
    }

    @Override
    public boolean evaluates() {
        return common.evaluates();
    }

    /** The federation's model. */
    @Override
    public Optional<Measured> evaluate(Task task) throws Exception {
        return common.evaluate(task);
    }
}
