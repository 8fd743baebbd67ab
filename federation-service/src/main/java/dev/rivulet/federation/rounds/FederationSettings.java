// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.aggregation.Combination;
import dev.rivulet.federated.aggregation.Combination.Conflict;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.evaluation.EvaluationSettings;
import dev.rivulet.federation.privacy.Allowance;
import dev.rivulet.federation.privacy.PrivacySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a federation is made with.
 *
 * @param policy of its rounds
 * @param aggregation of its updates
 * @param training that devices are asked for
 * @param limits of one update
 * @param energy that a device needs to be selected
 * @param stopping when it has learnt enough
 * @param secure whether single updates are seen; they are if it is left out
 * @param privacy noise that hides single devices, and what it may cost; null for none
 * @param selection whom of those that wait a round asks; null for anyone
 * @param localTensors tensors that devices keep to themselves beside the federation's; null for none
 * @param evaluation versions that devices measure beside the rounds; null for none
 */
public record FederationSettings(
        RoundPolicy policy,
        Aggregation aggregation,
        Training training,
        Limits limits,
        Energy energy,
        Stopping stopping,
        SecureSettings secure,
        @Nullable PrivacySettings privacy,
        @Nullable Selection selection,
        @Nullable List<Layout.Tensor> localTensors,
        @Nullable EvaluationSettings evaluation) {

    public FederationSettings {
        if (Stream.of(policy, aggregation, training, limits, energy, stopping).anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(
                    "settings are policy, aggregation, training, limits, energy and stopping, all of them");
        }
        secure = secure == null ? SecureSettings.NONE : secure;
        localTensors = localTensors == null ? null : List.copyOf(localTensors);
        secure.requireSuits(aggregation.made(), policy);
    }

    /** Without what may be left out. */
    public FederationSettings(
            RoundPolicy policy,
            Aggregation aggregation,
            Training training,
            Limits limits,
            Energy energy,
            Stopping stopping) {
        this(policy, aggregation, training, limits, energy, stopping, SecureSettings.NONE);
    }

    /** Without noise that the service adds. */
    public FederationSettings(
            RoundPolicy policy,
            Aggregation aggregation,
            Training training,
            Limits limits,
            Energy energy,
            Stopping stopping,
            SecureSettings secure) {
        this(policy, aggregation, training, limits, energy, stopping, secure, null, null, null, null);
    }

    /** Without an evaluation by devices. */
    public FederationSettings(
            RoundPolicy policy,
            Aggregation aggregation,
            Training training,
            Limits limits,
            Energy energy,
            Stopping stopping,
            SecureSettings secure,
            @Nullable PrivacySettings privacy,
            @Nullable Selection selection,
            @Nullable List<Layout.Tensor> localTensors) {
        this(policy, aggregation, training, limits, energy, stopping, secure, privacy, selection, localTensors, null);
    }

    /** Tensors that stay at home: normalisation (FedBN) or the head (FedRep), told to devices and never sent. */
    public List<Layout.Tensor> staying() {
        return localTensors == null ? List.of() : localTensors;
    }

    /** Whom of those that wait a round asks. */
    public Selection selecting() {
        return selection == null ? Selection.UNIFORM : selection;
    }

    /** The choices that may exclude each other. */
    public Combination combination() {
        Combination chosen = aggregation.combination();
        return privacy == null ? chosen : chosen.withNoise();
    }

    /** What privacy may cost; empty if nobody adds noise. */
    public Optional<Allowance> allowance() {
        SecureSettings.Noise noise = secure.noise();
        return privacy != null
                ? Optional.of(privacy.allowance())
                : Optional.ofNullable(noise).map(SecureSettings.Noise::allowance);
    }

    /** What excludes each other, why, and what to do instead; empty if rounds can be run. */
    public List<Conflict> conflicts() {
        List<Conflict> found = new ArrayList<>(combination().conflicts());
        int least = aggregation.made(policy.quorum()).least();
        if (policy.quorum() < least) {
            found.add(new Conflict(
                    "quorum-too-small",
                    aggregation.strategy() + " needs " + least + " updates, and a round may close with "
                            + policy.quorum() + ".",
                    "Set quorum to " + least + " or more."));
        }
        if (aggregation.asynchronous() && policy.quorum() != policy.goal()) {
            found.add(new Conflict(
                    "buffer-is-the-goal",
                    "Updates that come at any time wait in a buffer of goal updates: there is no smaller quorum.",
                    "Set quorum to the same as goal."));
        }
        if (aggregation.mixes() && policy.goal() != 1) {
            found.add(new Conflict(
                    "each-update-makes-a-version",
                    "FED_ASYNC makes a version of each update, and goal is " + policy.goal() + ".",
                    "Set goal and quorum to 1, or choose FED_BUFF."));
        }
        if (aggregation.strategy() == Aggregation.Kind.FED_PROX && !(training.mu() > 0)) {
            found.add(new Conflict(
                    "fedprox-needs-mu",
                    "FED_PROX differs from FED_AVG by the pull on devices, and mu of the training is 0.",
                    "Set mu above 0, or choose FED_AVG."));
        }
        if (privacy != null && (selecting().scored() || selecting().mostDistance() != null)) {
            found.add(new Conflict(
                    "noise-needs-the-same-chance",
                    "What noise hides is told by who is asked, if that follows from a device's data or updates.",
                    "Choose UNIFORM, and leave most_distance out."));
        }
        if (secure.masked() && selecting().mostDistance() != null) {
            found.add(new Conflict(
                    "distances-need-single-updates",
                    "Under masks the service can't compare updates.",
                    "Leave most_distance out."));
        }
        if (secure.masked() && evaluation != null) {
            found.add(new Conflict(
                    "evaluations-are-seen",
                    "A device tells its loss by itself, and the federation sees sums alone.",
                    "Leave evaluation out: masked rounds tell the mean loss of the version before."));
        }
        conflictOfShards().ifPresent(found::add);
        if (secure.masked() && privacy != null) {
            found.add(
                    new Conflict(
                            "noise-needs-shortened-updates",
                            "The service can't shorten an update under a mask, so that its noise would hide nobody.",
                            "Leave privacy out and let devices add the noise: noise of secure, with its epsilon and delta. Or choose the mode NONE."));
        }
        return List.copyOf(found);
    }

    private Optional<Conflict> conflictOfShards() {
        if (aggregation.shards() == null) {
            return Optional.empty();
        }
        if (!aggregation.ofMeanAlone()) {
            return Optional.of(new Conflict(
                    "shards-need-a-mean",
                    aggregation.strategy() + " needs more than the sum of updates, and no instance has all of them.",
                    "Leave shards out, or choose FED_AVG, FED_AVG_M, FED_PROX, FED_ADAM, FED_YOGI or FED_ADAGRAD."));
        }
        if (secure.masked() || privacy != null) {
            return Optional.of(new Conflict(
                    "shards-see-single-updates",
                    "What is summed in shards lies on a topic as it came, neither masked nor shortened.",
                    "Leave shards out."));
        }
        return Optional.empty();
    }

    /**
     * What devices are asked for.
     *
     * @param mu FedProx's pull to the base; 0 for none
     */
    public record Training(int epochs, int batch, float rate, float mu) {
        public Training {
            if (epochs < 1 || epochs > 10_000 || batch < 1 || !(rate > 0) || !(mu >= 0)) {
                throw new IllegalArgumentException(
                        "epochs are 1 to 10000, batch 1 or more, rate above 0, mu not below");
            }
        }
    }

    /**
     * What one update may have.
     *
     * @param mostBytes the size budget
     * @param mostWeight examples
     * @param mostNorm length; {@code null} in JSON is not taken, a large number is as good as none
     */
    public record Limits(int mostBytes, double mostWeight, double mostNorm) {
        public Limits {
            if (mostBytes < 64 || !(mostWeight > 0) || !(mostNorm > 0)) {
                throw new IllegalArgumentException("most_bytes is 64 or more, most_weight and most_norm above 0");
            }
        }
    }

    /**
     * Whom training would not harm.
     *
     * @param leastBattery percent, unless the device is charging; devices that say nothing count as charged
     * @param metered whether devices whose bytes cost money are asked too
     */
    public record Energy(int leastBattery, boolean metered) {
        public Energy {
            if (leastBattery < 0 || leastBattery > 100) {
                throw new IllegalArgumentException("least_battery is 0 to 100");
            }
        }
    }
}
