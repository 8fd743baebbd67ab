// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import dev.rivulet.federated.training.LocalLayers;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Trains a model of which some tensors stay on the device: normalisation (FedBN, arXiv 2102.07623) or the head (FedRep, arXiv
 * 2102.07078). Those that the federation has are taken from it and given back, all others are the device's own. Not safe for threads.
 */
public final class LocalTensors implements Trainer {

    private final Trainer whole;
    private Parameters own;

    /**
     * @param whole trains the whole model
     * @param own values of all tensors to begin with, or what was kept over a restart; those of the federation are in its order
     */
    public LocalTensors(Trainer whole, Parameters own) {
        this.whole = whole;
        this.own = own;
    }

    /** The device's whole model after its last training; to be kept over a restart. */
    public Parameters own() {
        return own;
    }

    @Override
    public Outcome train(Task task) throws Exception {
        LocalLayers layers = layers(task.model().layout());
        Parameters joined = layers.joined(task.model(), own);
        Task all = new Task(task.round(), joined, task.training(), task.left());
        return switch (whole.train(all)) {
            case Outcome.Declined declined -> declined;
            case Outcome.Trained trained -> {
                own = trained.model();
                yield new Outcome.Trained(layers.shared(own), trained.weight(), trained.metrics());
            }
        };
    }

    private LocalLayers layers(Layout federation) {
        Set<String> shared =
                federation.tensors().stream().map(Layout.Tensor::name).collect(Collectors.toSet());
        String local = own.layout().tensors().stream()
                .map(Layout.Tensor::name)
                .filter(name -> !shared.contains(name))
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        return new LocalLayers(own.layout(), Pattern.compile(local.isEmpty() ? "(?!)" : local));
    }
}
