// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.privacy;

import dev.rivulet.federated.privacy.Accountant;
import dev.rivulet.federated.privacy.Mechanism;
import dev.rivulet.federated.privacy.Spent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a federation and its devices have spent: a fold of charges, which holds all of them whatever the budget was or is. All together
 * pay a round at the price of its sampling; a device pays for the rounds it was in, at the price without, since its part in them is
 * known. Immutable.
 *
 * @param rounds releases that were charged
 * @param federation uses of each mechanism
 * @param devices by id: uses of each mechanism
 */
public record Spending(long rounds, List<Spent> federation, Map<String, List<Spent>> devices) {

    /** Of nothing. */
    public static final Spending NONE = new Spending(0, List.of(), Map.of());

    public Spending {
        federation = List.copyOf(federation);
        devices = Collections.unmodifiableMap(new TreeMap<>(devices));
    }

    /** With one more release. */
    public Spending after(Mechanism mechanism, Set<String> contributors) {
        Map<String, List<Spent>> each = new TreeMap<>(devices);
        Mechanism own = mechanism.unsampled();
        contributors.forEach(device -> each.merge(device, List.of(new Spent(own, 1)), (known, _) -> with(known, own)));
        return new Spending(rounds + 1, with(federation, mechanism), each);
    }

    private static List<Spent> with(List<Spent> spent, Mechanism mechanism) {
        List<Spent> more = new ArrayList<>();
        long uses = 1;
        for (Spent each : spent) {
            if (each.mechanism().equals(mechanism)) {
                uses += each.steps();
            } else {
                more.add(each);
            }
        }
        more.add(new Spent(mechanism, uses));
        return more;
    }

    /** ε of the federation so far. */
    public double epsilon(Accountant accountant, double delta) {
        return accountant.epsilon(federation, delta);
    }

    /** ε of the federation with one more release. */
    public double epsilonWith(Mechanism mechanism, Accountant accountant, double delta) {
        return accountant.epsilon(with(federation, mechanism), delta);
    }

    /** ε of one device so far. */
    public double epsilonOf(String device, Accountant accountant, double delta) {
        return accountant.epsilon(devices.getOrDefault(device, List.of()), delta);
    }

    /** ε of one device with one more release that it is in. */
    public double epsilonOfWith(String device, Mechanism mechanism, Accountant accountant, double delta) {
        return accountant.epsilon(with(devices.getOrDefault(device, List.of()), mechanism.unsampled()), delta);
    }
}
