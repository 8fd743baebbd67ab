// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.Mechanism;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.MaskedMean;
import dev.rivulet.federated.secagg.SecAggPlan;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.SecureSettings.Noise;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What all devices of one secure round agree on: follows from the settings and the round's first event, so that it is the same
 * whenever it is asked for.
 *
 * @param form what is under the masks
 * @param devices ids in ascending order; a device's number is its place, from 1 on
 */
public record SecureTerms(SecAggPlan plan, Form form, List<String> devices, RoundPolicy policy, SecurePolicy secure) {

    private static final int NAME = 32;
    private static final int SEED_DIGITS = 16;

    /** What is under the masks. */
    public sealed interface Form {

        /**
         * The weighted update and its weight.
         *
         * @param alike whether all weights are the most there is
         */
        record Weighted(MaskedMean mean, boolean alike) implements Form {}

        /** The rotated and rounded update with the device's share of noise. */
        record Noised(NoisePlan plan, long rotationSeed) implements Form {}

        /** Values of a vector. */
        default int length() {
            return switch (this) {
                case Weighted weighted -> weighted.mean().length();
                case Noised noised -> new DiscreteNoise(noised.plan(), noised.rotationSeed()).length();
            };
        }
    }

    public SecureTerms {
        devices = List.copyOf(devices);
    }

    /** The terms of a round; empty if its updates are seen. */
    public static Optional<SecureTerms> of(Federation federation, long round, Opened opened, int dimensions) {
        SecurePolicy secure = opened.secure();
        if (secure == null) {
            return Optional.empty();
        }
        FederationSettings all =
                opened.terms() == null ? federation.settings() : opened.terms().settings();
        SecureSettings settings = all.secure();
        String name = DeviceKeys.sha256(
                (federation.name() + "/" + round + "/" + opened.at()).getBytes(StandardCharsets.UTF_8));
        Form form = form(all, dimensions, name);
        List<String> devices = opened.devices().stream().sorted().toList();
        SecAggPlan plan = new SecAggPlan(
                name.substring(0, NAME),
                devices.size(),
                secure.fewest(),
                form.length(),
                settings.modulus(),
                settings.vouched());
        return Optional.of(new SecureTerms(plan, form, devices, opened.policy(), secure));
    }

    /** The rotation differs from round to round; where it comes from need not be secret. */
    private static Form form(FederationSettings all, int dimensions, String name) {
        SecureSettings settings = all.secure();
        RoundPolicy policy = all.policy();
        Noise noise = settings.noise();
        if (noise == null) {
            double most = settings.most(all.limits().mostWeight());
            return new Form.Weighted(
                    MaskedMean.finest(dimensions, settings.cutOff(), policy.selected(), settings.modulus(), most),
                    settings.asOne());
        }
        NoisePlan plan = NoisePlan.ofSurvivors(
                dimensions,
                noise.clip(),
                noise.multiplier(),
                policy.selected(),
                settings.fewest(policy),
                settings.modulus());
        return new Form.Noised(plan, Long.parseUnsignedLong(name.substring(NAME, NAME + SEED_DIGITS), 16));
    }

    /**
     * What a round of a federation releases at most, for whoever keeps its privacy budget: with the noise of the fewest devices that a
     * sum may have.
     *
     * @return empty without noise
     */
    public static Optional<Mechanism> mechanism(FederationSettings settings, int dimensions) {
        return mechanism(settings, dimensions, settings.secure().fewest(settings.policy()));
    }

    /**
     * What the sum of so many devices' vectors releases.
     *
     * @param devices whose noise is in it
     * @return empty without noise
     */
    public static Optional<Mechanism> mechanism(FederationSettings settings, int dimensions, int devices) {
        if (settings.secure().noise() == null) {
            return Optional.empty();
        }
        return switch (form(settings, dimensions, "0".repeat(NAME + SEED_DIGITS))) {
            case Form.Noised(NoisePlan plan, long _) -> Optional.of(DiscreteNoise.mechanism(plan, devices));
            case Form.Weighted _ -> Optional.empty();
        };
    }

    /**
     * Bytes of a device's vector; 0 where updates are seen.
     *
     * @throws IllegalArgumentException if the settings don't suit a model of that size
     */
    public static long bytes(FederationSettings settings, int dimensions) {
        if (!settings.secure().masked()) {
            return 0;
        }
        long length = form(settings, dimensions, "0".repeat(NAME + SEED_DIGITS)).length();
        return (length * settings.secure().modulus() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** The number of a device; empty if it was not selected. */
    public OptionalInt number(String device) {
        int at = Collections.binarySearch(devices, device);
        return at < 0 ? OptionalInt.empty() : OptionalInt.of(at + 1);
    }
}
