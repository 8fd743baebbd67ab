// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.privacy.Accountant;
import dev.rivulet.federated.privacy.Mechanism;
import dev.rivulet.federation.privacy.Allowance;
import dev.rivulet.federation.privacy.PrivacySettings;
import dev.rivulet.federation.privacy.Spending;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Terms;
import dev.rivulet.federation.rounds.RoundInput.Charge;
import dev.rivulet.federation.rounds.RoundInput.Overdrawn;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The privacy budget of one federation: what its rounds' charges add up to, and what one more would, whether the service adds the noise
 * or the devices do. Answers are remembered until the next charge, since the same is asked at every tick. Not safe for threads.
 */
final class PrivacyBook {

    private final IntSupplier dimensions;
    private Spending spending;
    private long booked;
    private double sampling;
    private @Nullable Allowance allowance;
    private @Nullable Accountant accountant;
    private final Map<Mechanism, Double> costs = new HashMap<>();
    private final Map<String, Double> ofDevices = new HashMap<>();

    /**
     * @param dimensions values of the federation's model
     * @param past rounds that are over
     */
    PrivacyBook(IntSupplier dimensions, Past past) {
        this.dimensions = dimensions;
        this.spending = past.spending();
        this.booked = past.progress().lastRound();
        this.sampling = past.sampling();
    }

    /** Counts what a round was charged, once, and remembers how it was sampled. */
    void book(long round, Collecting collected) {
        Terms terms = collected.opened().terms();
        sampling = terms == null ? 1 : terms.sampling();
        Charged charge = collected.charged();
        if (charge != null && round > booked) {
            spending = spending.after(charge.mechanism(), charge.devices());
            booked = round;
            forget();
        }
    }

    /** With which probability each device of the next round will be selected. */
    void sampling(double next) {
        sampling = next;
    }

    private void forget() {
        costs.clear();
        ofDevices.clear();
    }

    private Accountant accountant(Allowance of) {
        Accountant known = accountant;
        if (known == null || !of.equals(allowance)) {
            forget();
            allowance = of;
            known = of.newAccountant();
            accountant = known;
        }
        return known;
    }

    /** What one more round costs at most; empty without noise. */
    private Optional<Mechanism> next(FederationSettings settings) {
        PrivacySettings central = settings.privacy();
        return central != null
                ? Optional.of(central.mechanism(sampling))
                : settings.allowance().flatMap(_ -> SecureTerms.mechanism(settings, dimensions.getAsInt()));
    }

    /** ε of the federation with one more release. */
    private double with(Allowance of, Mechanism release) {
        Accountant by = accountant(of);
        return costs.computeIfAbsent(release, each -> spending.epsilonWith(each, by, of.delta()));
    }

    /** Whether one more round is within the budget; without noise each is. */
    boolean affords(FederationSettings settings) {
        return settings.allowance()
                .flatMap(of -> next(settings).map(release -> of.allows(with(of, release))))
                .orElse(true);
    }

    /** Whether one more round is within the budget of a device. */
    boolean affords(FederationSettings settings, String device) {
        Allowance of = settings.allowance().orElse(null);
        if (of == null || of.deviceEpsilon() == null) {
            return true;
        }
        Accountant by = accountant(of);
        return next(settings)
                .map(release -> of.allowsDevice(
                        ofDevices.computeIfAbsent(device, id -> spending.epsilonOfWith(id, release, by, of.delta()))))
                .orElse(true);
    }

    /** What is written before the service draws the noise of a round; empty if there is none or it is paid. */
    Optional<RoundInput> charge(FederationSettings inForce, Collecting collected) {
        PrivacySettings central = inForce.privacy();
        Terms terms = collected.opened().terms();
        return central == null || collected.charged() != null
                ? Optional.empty()
                : Optional.of(charge(central.allowance(), central.mechanism(terms == null ? 1 : terms.sampling())));
    }

    /**
     * What is written before the masks come off a sum to which devices have added their noise.
     *
     * @param devices whose noise is in it
     */
    RoundInput chargeOfSum(FederationSettings inForce, int devices) {
        return charge(
                inForce.allowance().orElseThrow(),
                SecureTerms.mechanism(inForce, dimensions.getAsInt(), devices).orElseThrow());
    }

    private RoundInput charge(Allowance of, Mechanism release) {
        double cost = with(of, release);
        return of.allows(cost) ? new Charge(release, cost, of.delta()) : new Overdrawn();
    }

    /** All of it; empty without noise. */
    Optional<PrivacyReport> report(FederationSettings settings) {
        return settings.allowance().map(of -> {
            Accountant by = of.newAccountant();
            SortedMap<String, Double> each = new TreeMap<>();
            spending.devices().keySet().forEach(device -> each.put(device, spending.epsilonOf(device, by, of.delta())));
            return new PrivacyReport(
                    spending.rounds(),
                    spending.epsilon(by, of.delta()),
                    of.epsilon(),
                    of.delta(),
                    !affords(settings),
                    of.deviceEpsilon(),
                    each);
        });
    }
}
