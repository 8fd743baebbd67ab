package dev.rivulet.federation.rounds;

import dev.rivulet.federation.aggregation.Aggregation;
import java.util.Objects;
import java.util.stream.Stream;

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
 */
public record FederationSettings(
        RoundPolicy policy,
        Aggregation aggregation,
        Training training,
        Limits limits,
        Energy energy,
        Stopping stopping,
        SecureSettings secure) {

    /** Settings with which each update is seen. */
    public FederationSettings(
            RoundPolicy policy,
            Aggregation aggregation,
            Training training,
            Limits limits,
            Energy energy,
            Stopping stopping) {
        this(policy, aggregation, training, limits, energy, stopping, SecureSettings.NONE);
    }

    public FederationSettings {
        if (Stream.of(policy, aggregation, training, limits, energy, stopping).anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(
                    "settings are policy, aggregation, training, limits, energy and stopping, all of them");
        }
        secure = secure == null ? SecureSettings.NONE : secure;
        secure.requireSuits(aggregation.made(), policy);
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
