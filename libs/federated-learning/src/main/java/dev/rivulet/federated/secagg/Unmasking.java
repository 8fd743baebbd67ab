// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static dev.rivulet.federated.secagg.RefusedException.require;

import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.Message.UnmaskShares;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The last phase of the server: of each device that shared it asks for one secret, the seed of a survivor or the key of one that
 * dropped out, and takes the masks that follow from it off the sum.
 */
final class Unmasking {

    private final SecAggPlan plan;
    private final MaskGraph graph;
    private final Map<Integer, KeyAdvert> adverts;
    private final SortedSet<Integer> sharers;
    private final SortedSet<Integer> survivors;
    private final SortedMap<Integer, byte[]> signatures;
    private final SortedSet<Integer> answered = new TreeSet<>();
    private final SortedMap<Integer, SortedMap<Integer, byte[]>> shares = new TreeMap<>();
    private int[] lastHolders = {};
    private BigInteger[] lastWeights = {};

    Unmasking(
            SecAggPlan plan,
            MaskGraph graph,
            Map<Integer, KeyAdvert> adverts,
            SortedSet<Integer> sharers,
            SortedSet<Integer> survivors,
            SortedMap<Integer, byte[]> signatures) {
        this.plan = plan;
        this.graph = graph;
        this.adverts = adverts;
        this.sharers = sharers;
        this.survivors = survivors;
        this.signatures = signatures;
    }

    int answers() {
        return answered.size();
    }

    /** Whether the shares that are there take all masks off; more of them change nothing. */
    boolean enough() {
        return answered.size() >= plan.minimum()
                && sharers.stream()
                        .allMatch(device ->
                                shares.getOrDefault(device, new TreeMap<>()).size() >= graph.threshold());
    }

    UnmaskRequest request(int device) {
        SortedSet<Integer> alive = new TreeSet<>(circle(device));
        alive.retainAll(survivors);
        SortedSet<Integer> dropped = new TreeSet<>(circle(device));
        dropped.retainAll(sharers);
        dropped.removeAll(survivors);
        SortedMap<Integer, byte[]> signed = new TreeMap<>(signatures);
        signed.keySet().retainAll(alive);
        return new UnmaskRequest(plan.round(), alive, dropped, signed);
    }

    void accept(UnmaskShares given) throws RefusedException {
        int device = given.device();
        require(survivors.contains(device), "device " + device + " is not among the survivors");
        require(!answered.contains(device), "device " + device + " has given its shares before");
        UnmaskRequest asked = request(device);
        require(
                asked.survivors().equals(given.seeds().keySet())
                        && asked.dropped().equals(given.keys().keySet()),
                "device " + device + " gave other shares than it was asked for");
        requireLengths(given.seeds());
        requireLengths(given.keys());
        answered.add(device);
        given.seeds().forEach((of, share) -> keep(of, device, share));
        given.keys().forEach((of, share) -> keep(of, device, share));
    }

    private static void requireLengths(SortedMap<Integer, byte[]> given) throws RefusedException {
        for (byte[] share : given.values()) {
            require(share.length == Shamir.SHARE_BYTES, "a share has " + Shamir.SHARE_BYTES + " bytes");
        }
    }

    private void keep(int of, int holder, byte[] share) {
        SortedMap<Integer, byte[]> known = shares.computeIfAbsent(of, _ -> new TreeMap<>());
        if (known.size() < graph.threshold()) {
            known.put(holder, share);
        }
    }

    /** Takes all masks off the sum. Every secret is recovered before the first is taken off, so that a failure leaves all masks on. */
    void remove(int[] sum) throws RefusedException {
        require(
                answered.size() >= plan.minimum(),
                "only " + answered.size() + " devices gave their shares, and " + plan.minimum() + " are needed");
        SortedMap<Integer, byte[]> secrets = new TreeMap<>();
        for (int device : sharers) {
            secrets.put(device, secret(device));
        }
        PairMask pairs = new PairMask(plan.round());
        for (Map.Entry<Integer, byte[]> secret : secrets.entrySet()) {
            if (survivors.contains(secret.getKey())) {
                new KeyStream(secret.getValue()).takeFrom(sum);
            } else {
                removePairs(sum, secret.getKey(), secret.getValue(), pairs);
            }
        }
    }

    private void removePairs(int[] sum, int dropped, byte[] key, PairMask pairs) throws RefusedException {
        SortedSet<Integer> senders = new TreeSet<>(circle(dropped));
        senders.retainAll(survivors);
        for (int sender : senders) {
            try {
                pairs.remove(sum, sender, dropped, key, advert(sender).masking());
            } catch (InvalidKeyException e) {
                throw new RefusedException("device " + sender + " has advertised a key that is none");
            }
        }
    }

    private byte[] secret(int device) throws RefusedException {
        SortedMap<Integer, byte[]> known = shares.getOrDefault(device, new TreeMap<>());
        require(
                known.size() >= graph.threshold(),
                "too few shares of a secret of device " + device + " were given: " + graph.threshold() + " are needed");
        int[] holders = known.keySet().stream().mapToInt(Integer::intValue).toArray();
        try {
            byte[] secret = Shamir.combine(weights(holders), known.values().toArray(byte[][]::new));
            require(
                    survivors.contains(device)
                            || Arrays.equals(
                                    KeyAgreements.open(secret), advert(device).masking()),
                    "the shares of the key of device " + device + " do not give the key that it advertised");
            return secret;
        } catch (IllegalArgumentException e) {
            throw new RefusedException("the shares of a secret of device " + device + " do not fit together");
        }
    }

    /** On a complete graph every secret has the same holders. */
    private BigInteger[] weights(int[] holders) {
        if (!Arrays.equals(holders, lastHolders)) {
            lastWeights = Shamir.weights(holders);
            lastHolders = holders;
        }
        return lastWeights;
    }

    private KeyAdvert advert(int device) {
        KeyAdvert advert = adverts.get(device);
        if (advert == null) {
            throw new IllegalStateException("Who shared has advertised before");
        }
        return advert;
    }

    private SortedSet<Integer> circle(int device) {
        return graph.circles().getOrDefault(device, new TreeSet<>());
    }
}
