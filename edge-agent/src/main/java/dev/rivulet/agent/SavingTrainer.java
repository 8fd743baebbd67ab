// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.edge.Trainer;
import dev.rivulet.lora.AdaptedDecoder;
import dev.rivulet.lora.PeftFolder;
import java.nio.file.Path;

/**
 * Keeps what a site made in a round as an adapter of its own, in the form in which replicas of the site load one.
 *
 * @param trainer that trains
 * @param folder whose adapter is replaced after each training
 * @param base name of the model that the adapter is of
 */
public record SavingTrainer(Trainer trainer, AdaptedDecoder decoder, Path folder, String base) implements Trainer {

    @Override
    public Outcome train(Task task) throws Exception {
        Outcome outcome = trainer.train(task);
        if (outcome instanceof Outcome.Trained trained) {
            PeftFolder.write(folder, decoder, trained.model(), base);
        }
        return outcome;
    }
}
