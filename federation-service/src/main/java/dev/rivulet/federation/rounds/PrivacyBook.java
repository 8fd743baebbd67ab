package dev.rivulet.federation.rounds;

import dev.rivulet.federated.privacy.Accountant;
import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import dev.rivulet.federation.privacy.PrivacySettings;
import dev.rivulet.federation.privacy.Spending;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundInput.Charge;
import dev.rivulet.federation.rounds.RoundInput.Overdrawn;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The privacy budget of one federation: what its rounds' charges add up to, and what one more would. Answers are remembered until the
 * next charge, since the same is asked at every tick. Not safe for threads.
 */
final class PrivacyBook {

    private Spending spending = Spending.NONE;
    private @Nullable PrivacySettings settings;
    private @Nullable Accountant accountant;
    private final Map<SubsampledGaussian, Double> costs = new HashMap<>();
    private final Map<String, Double> ofDevices = new HashMap<>();

    /** The charge of a round. */
    void charged(Charged charge) {
        spending = spending.after(charge.mechanism(), charge.devices());
        forget();
    }

    private void forget() {
        costs.clear();
        ofDevices.clear();
    }

    private Accountant accountant(PrivacySettings of) {
        Accountant known = accountant;
        if (known == null || !of.equals(settings)) {
            forget();
            settings = of;
            known = of.newAccountant();
            accountant = known;
        }
        return known;
    }

    /** ε of the federation with one more round. */
    double with(PrivacySettings of, double sampling) {
        Accountant by = accountant(of);
        return costs.computeIfAbsent(
                of.mechanism(sampling), mechanism -> spending.epsilonWith(mechanism, by, of.delta()));
    }

    /** Whether one more round is within the budget. */
    boolean affords(PrivacySettings of, double sampling) {
        return with(of, sampling) <= of.epsilon();
    }

    /** Whether one more round is within the budget of a device. */
    boolean affords(PrivacySettings of, String device) {
        if (of.deviceEpsilon() == null) {
            return true;
        }
        Accountant by = accountant(of);
        return ofDevices.computeIfAbsent(device, id -> spending.epsilonOfWith(id, of.mechanism(1), by, of.delta()))
                <= of.mostOfDevice();
    }

    /** What is written before the noise of a round is drawn. */
    RoundInput charge(PrivacySettings of, double sampling) {
        return affords(of, sampling)
                ? new Charge(of.mechanism(sampling), with(of, sampling), of.delta())
                : new Overdrawn();
    }

    /** All of it. */
    PrivacyReport report(PrivacySettings of, double sampling) {
        Accountant by = of.newAccountant();
        SortedMap<String, Double> each = new TreeMap<>();
        spending.devices().keySet().forEach(device -> each.put(device, spending.epsilonOf(device, by, of.delta())));
        return new PrivacyReport(
                spending.rounds(),
                spending.epsilon(by, of.delta()),
                of.epsilon(),
                of.delta(),
                !affords(of, sampling),
                of.deviceEpsilon(),
                each);
    }
}
