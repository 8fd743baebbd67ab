// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.aggregation.Combination.Arrival;
import dev.rivulet.federated.aggregation.Combination.Conflict;
import dev.rivulet.federated.aggregation.Combination.Encoding;
import dev.rivulet.federated.aggregation.Combination.Summation;
import dev.rivulet.federated.aggregation.Combination.Weights;
import java.util.ArrayList;
import java.util.List;

/** The rules of {@link Combination}, one method for each choice that others may exclude. */
final class Conflicts {

    private final Combination chosen;
    private final List<Conflict> found = new ArrayList<>();

    private Conflicts(Combination chosen) {
        this.chosen = chosen;
    }

    static List<Conflict> of(Combination chosen) {
        Conflicts conflicts = new Conflicts(chosen);
        conflicts.arrival();
        conflicts.secureSums();
        conflicts.secureEncodings();
        conflicts.weights();
        conflicts.encoding();
        conflicts.noise();
        return List.copyOf(conflicts.found);
    }

    private void add(boolean conflict, String code, String why, String mend) {
        if (conflict) {
            found.add(new Conflict(code, why, mend));
        }
    }

    private void arrival() {
        Strategy strategy = chosen.strategy();
        boolean anyTime = chosen.arrival() == Arrival.ANY_TIME;
        boolean takesAnyTime = strategy instanceof FedBuff || strategy instanceof FedAsync;
        add(
                anyTime && strategy instanceof Scaffold,
                "scaffold-needs-rounds",
                "SCAFFOLD's control variates hold for the version that a device began with: buffered or late updates"
                        + " would mix corrections of different versions, which no longer cancel out.",
                "Run SCAFFOLD in rounds, or choose FedBuff without control variates.");
        add(
                anyTime && !takesAnyTime && !(strategy instanceof Scaffold),
                "strategy-needs-rounds",
                strategy.getClass().getSimpleName() + " combines updates that began with the same model.",
                "Run it in rounds, or choose FedBuff or FedAsync for updates that come at any time.");
        add(
                !anyTime && takesAnyTime,
                "strategy-needs-no-rounds",
                strategy.getClass().getSimpleName()
                        + " takes updates as they come; in rounds it only counts them less.",
                "Let updates come at any time, or choose FedAvg for rounds.");
    }

    private void secureSums() {
        Strategy strategy = chosen.strategy();
        boolean selecting = strategy instanceof Selecting;
        add(
                selecting && chosen.summation() == Summation.SECURE,
                "robust-needs-single-updates",
                strategy.getClass().getSimpleName()
                        + " compares single updates, and secure aggregation is there so that nobody sees one.",
                "Sum securely in " + strategy.least()
                        + " groups or more, whose sums are compared; or choose NormBounding"
                        + " with updates that devices clip.");
        add(
                selecting && chosen.summation() == Summation.SECURE_IN_GROUPS && chosen.groups() < strategy.least(),
                "too-few-groups",
                "It compares the sums of " + chosen.groups() + " groups and needs " + strategy.least() + ".",
                "Make " + strategy.least() + " groups or more, or expect fewer dishonest devices.");
        add(
                chosen.secure() && (strategy instanceof FedAsync || strategy instanceof FedBuff),
                "secure-sums-need-rounds",
                "Masks cancel out over devices that agreed on keys for one round; updates that come at any time have"
                        + " no such set.",
                "Choose FedAvg in rounds with a deadline, or plain sums.");
        add(
                chosen.secure() && strategy instanceof QFedAvg,
                "loss-needs-single-updates",
                "q-FedAvg reads every device's loss and length, which secure aggregation hides.",
                "Choose FedAvg with equal weights, or plain sums.");
        add(
                chosen.secure() && strategy instanceof NormBounding && !chosen.clippedByDevices(),
                "bound-needs-single-updates",
                "The server can't measure, nor shorten, an update under a mask.",
                "Let devices clip to the bound before they mask.");
    }

    private void secureEncodings() {
        boolean secure = chosen.secure();
        add(
                secure && chosen.encoding() == Encoding.TOP_K,
                "masks-need-the-same-places",
                "Each device sends other places of the model, and masks cancel out only where all send the same.",
                "Choose a sketch, which is linear, or dense updates.");
        add(
                secure && chosen.encoding() == Encoding.QUANTISED,
                "masks-need-one-scale",
                "Each device has its own scales, and sums of integers mean nothing unless the scale is the same.",
                "Leave it out: secure aggregation quantises with one scale for all; or choose a sketch.");
    }

    private void weights() {
        Strategy strategy = chosen.strategy();
        boolean byExamples = chosen.weights() == Weights.EXAMPLES;
        add(
                byExamples && strategy instanceof Scaffold,
                chosen.secure() ? "scaffold-secure-weights" : "scaffold-needs-equal-weights",
                "SCAFFOLD takes plain means of differences and of control variates"
                        + (chosen.secure()
                                ? "; under masks the server can't take weights off again."
                                : "; with weights the control variates no longer sum to the server's."),
                "Choose equal weights.");
        add(
                byExamples && (strategy instanceof Selecting || strategy instanceof NormBounding),
                "robust-needs-equal-weights",
                "A dishonest device would claim more examples than all others have.",
                "Choose equal weights.");
    }

    private void encoding() {
        Strategy strategy = chosen.strategy();
        boolean sketch = chosen.encoding() == Encoding.SKETCH;
        add(
                sketch && !(strategy instanceof FedAvg || strategy instanceof FedProx),
                "sketch-needs-plain-mean",
                "Sketches are summed, and the server's momentum and error are kept in the sketch itself: "
                        + strategy.getClass().getSimpleName() + " would need the values of single coordinates.",
                "Choose FedAvg or FedProx, or top-k or quantised updates.");
        add(
                strategy instanceof FedAsync && chosen.encoding() == Encoding.TOP_K,
                "models-are-not-sparse",
                "FedAsync mixes models after training, and top-k sends differences.",
                "Choose FedBuff, or quantised updates.");
    }

    private void noise() {
        Strategy strategy = chosen.strategy();
        if (!chosen.noised()) {
            return;
        }
        add(
                strategy instanceof Selecting || strategy instanceof QFedAvg,
                "noise-needs-a-mean",
                "Noise hides a device only if it can change the result by no more than its clipped share, which "
                        + strategy.getClass().getSimpleName() + " does not warrant.",
                "Choose FedAvg or NormBounding.");
        add(
                strategy instanceof FedAsync,
                "noise-needs-many",
                "FedAsync publishes a model after every single update; the noise that hides it would drown it.",
                "Choose FedBuff, whose buffer shares the noise.");
        add(
                strategy instanceof Scaffold,
                "noise-on-control-variates",
                "Control variates leave the device beside the update and are not clipped.",
                "Choose FedProx against uneven data.");
        add(
                chosen.weights() == Weights.EXAMPLES && !(strategy instanceof Selecting),
                "noise-needs-equal-weights",
                "The noise suits a device that counts as one; one with more examples would show through.",
                "Choose equal weights.");
    }
}
