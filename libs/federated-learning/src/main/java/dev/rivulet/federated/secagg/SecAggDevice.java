// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static dev.rivulet.federated.secagg.RefusedException.require;

import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.MaskedVector;
import dev.rivulet.federated.secagg.Message.SealedShares;
import dev.rivulet.federated.secagg.Message.SurvivorList;
import dev.rivulet.federated.secagg.Message.SurvivorSignature;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.Message.UnmaskShares;
import dev.rivulet.federated.secagg.ShareBox.Shares;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A device's side of one secure aggregation (Bonawitz et al., CCS 2017, figure 4, with the signatures of the malicious model if the plan is signed). The
 * server is trusted with nothing but to deliver: the device keeps its vector to itself unless the circle is large enough, and gives of
 * each other device one share or the other, never both.
 *
 * <table>
 * <caption>Transitions; a message that is refused moves nothing</caption>
 * <tr><th>state</th><th>call</th><th>next</th></tr>
 * <tr><td>FRESH</td><td>{@link #advertise}</td><td>ADVERTISED</td></tr>
 * <tr><td>ADVERTISED</td><td>{@link #share}</td><td>SHARED</td></tr>
 * <tr><td>SHARED</td><td>{@link #mask}</td><td>MASKED</td></tr>
 * <tr><td>MASKED</td><td>{@link #agree}, if the plan is signed</td><td>AGREED</td></tr>
 * <tr><td>MASKED, or AGREED if the plan is signed</td><td>{@link #unmask}</td><td>UNMASKED; the same request again gets the same answer</td></tr>
 * </table>
 *
 * <p>One use, one thread.
 */
public final class SecAggDevice {

    private enum State {
        FRESH,
        ADVERTISED,
        SHARED,
        MASKED,
        AGREED,
        UNMASKED
    }

    private final SecAggPlan plan;
    private final int device;
    private final SecureRandom random;
    private final @Nullable Identity identity;
    private final SealingKeys.Kept sealing;
    private final KeyAgreements.Pair masking;
    private final byte[] seed = new byte[KeyStream.KEY_BYTES];
    private final SortedMap<Integer, KeyAdvert> circle = new TreeMap<>();
    private final SortedMap<Integer, byte[]> shared = new TreeMap<>();
    private final SortedMap<Integer, Shares> held = new TreeMap<>();
    private int threshold;
    private State state = State.FRESH;
    private SortedSet<Integer> agreed = new TreeSet<>();
    private @Nullable UnmaskShares answer;
    private SortedSet<Integer> answered = new TreeSet<>();

    /** @param device its number in the round, 1 to the devices of the plan */
    public SecAggDevice(SecAggPlan plan, int device, SecureRandom random) {
        this(plan, device, random, null);
    }

    /**
     * A device of a signed plan.
     *
     * @param device its number in the round, 1 to the devices of the plan
     * @param identity null where nothing is signed
     */
    public SecAggDevice(SecAggPlan plan, int device, SecureRandom random, @Nullable Identity identity) {
        this(plan, device, random, identity, new SealingKeys(random));
    }

    /**
     * A device that takes part in one round after the other.
     *
     * @param identity null where nothing is signed
     * @param keys of this device alone
     */
    public SecAggDevice(
            SecAggPlan plan, int device, SecureRandom random, @Nullable Identity identity, SealingKeys keys) {
        if (plan.signed() == (identity == null)) {
            throw new IllegalArgumentException("a device has an identity where the plan is signed, and there alone");
        }
        if (device < 1 || device > plan.devices()) {
            throw new IllegalArgumentException("a device has a number from 1 to " + plan.devices() + ", not " + device);
        }
        this.plan = plan;
        this.device = device;
        this.random = random;
        this.identity = identity;
        this.sealing = keys.of(plan.round());
        this.masking = KeyAgreements.generate(random);
        random.nextBytes(seed);
    }

    /** Round 0. The same answer however often it is asked. */
    public KeyAdvert advertise() {
        state = state == State.FRESH ? State.ADVERTISED : state;
        byte[] signature = identity == null
                ? new byte[0]
                : identity.sign(Identity.keys(plan.round(), device, sealing.open(), masking.open()));
        return new KeyAdvert(plan.round(), device, sealing.open(), masking.open(), signature);
    }

    /** Round 1: shares of its two secrets for its circle. */
    public Reply<SealedShares> share(Circle told) {
        if (state != State.ADVERTISED) {
            return new Reply.Refused<>("a circle is of no use in the state " + state);
        }
        try {
            requireCircle(told);
            SortedMap<Integer, byte[]> sealed = seal(told);
            told.members().forEach(member -> circle.put(member.device(), member));
            threshold = told.threshold();
            state = State.SHARED;
            return new Reply.Sent<>(new SealedShares(plan.round(), device, sealed));
        } catch (RefusedException | InvalidKeyException e) {
            // What was made for a part of the circle before the key that is none.
            held.clear();
            shared.clear();
            return new Reply.Refused<>(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Round 2: the vector under its masks.
     *
     * @param vector as many values as planned, of which the low b bits count; stays as it is
     */
    public Reply<MaskedVector> mask(DeliveredShares told, int[] vector) {
        if (vector.length != plan.length()) {
            throw new IllegalArgumentException("a vector has " + plan.length() + " values, not " + vector.length);
        }
        try {
            require(state == State.SHARED, "shares are of no use in the state " + state);
            SortedMap<Integer, Shares> opened = open(told);
            int[] masked = vector.clone();
            new KeyStream(seed).addTo(masked);
            PairMask pairs = new PairMask(plan.round());
            for (int other : opened.keySet()) {
                pairs.put(masked, device, other, masking.secret(), member(other).masking());
            }
            int low = plan.mask();
            for (int i = 0; i < masked.length; i++) {
                masked[i] &= low;
            }
            held.putAll(opened);
            state = State.MASKED;
            return new Reply.Sent<>(new MaskedVector(plan.round(), device, masked));
        } catch (RefusedException | InvalidKeyException e) {
            return new Reply.Refused<>(String.valueOf(e.getMessage()));
        }
    }

    /** Round 3, if the plan is signed: a signature of whose vectors came. Of one list alone. */
    public Reply<SurvivorSignature> agree(SurvivorList told) {
        if (identity == null) {
            return new Reply.Refused<>("nothing is signed in this round");
        }
        try {
            require(state == State.MASKED || state == State.AGREED, "nothing can be signed in the state " + state);
            requireRound(told);
            require(told.survivors().contains(device), "this device sent its vector, and is not among the survivors");
            require(told.survivors().size() >= plan.minimum(), "fewer survived than the plan asks for");
            require(state == State.MASKED || agreed.equals(told.survivors()), "another list was signed before");
            agreed = told.survivors();
            state = State.AGREED;
            byte[] signature = identity.sign(Identity.survivors(plan.round(), agreed));
            return new Reply.Sent<>(new SurvivorSignature(plan.round(), device, signature));
        } catch (RefusedException e) {
            return new Reply.Refused<>(String.valueOf(e.getMessage()));
        }
    }

    /** Round 4: a share of everybody's one secret or the other. */
    public Reply<UnmaskShares> unmask(UnmaskRequest told) {
        try {
            State before = plan.signed() ? State.AGREED : State.MASKED;
            require(state == before || state == State.UNMASKED, "nothing can be unmasked in the state " + state);
            requireFair(told);
            requireAgreed(told);
            require(
                    answer == null || answered.equals(told.survivors()),
                    "another list was answered before: both together would unmask a device");
            if (answer != null) {
                return new Reply.Sent<>(answer);
            }
            SortedMap<Integer, byte[]> seeds = new TreeMap<>();
            SortedMap<Integer, byte[]> keys = new TreeMap<>();
            told.survivors().forEach(each -> seeds.put(each, share(each).seed()));
            told.dropped().forEach(each -> keys.put(each, share(each).key()));
            answer = new UnmaskShares(plan.round(), device, seeds, keys);
            answered = told.survivors();
            state = State.UNMASKED;
            return new Reply.Sent<>(answer);
        } catch (RefusedException e) {
            return new Reply.Refused<>(String.valueOf(e.getMessage()));
        }
    }

    private void requireCircle(Circle told) throws RefusedException {
        requireRound(told);
        int size = told.members().size();
        require(size <= plan.devices(), "a circle has more members than the round has devices");
        require(
                size >= Math.min(plan.minimum(), MaskDegree.LEAST_CIRCLE),
                "a circle of " + size + " is too small to hide anybody");
        require(
                told.threshold() >= 2 && told.threshold() <= size && 2 * told.threshold() > size,
                "a threshold of " + told.threshold() + " does not protect a circle of " + size);
        Set<Integer> numbers = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (KeyAdvert member : told.members()) {
            requireRound(member);
            require(member.device() >= 1 && member.device() <= plan.devices(), "a member has no number of the round");
            require(numbers.add(member.device()), "device " + member.device() + " is in the circle twice");
            require(
                    keys.add(Arrays.toString(member.sealing())) && keys.add(Arrays.toString(member.masking())),
                    "device " + member.device() + " has a key that another one has");
            require(member.device() != device || isOwn(member), "the circle has another key for this device");
            require(isSigned(member), "device " + member.device() + " has not signed its keys");
        }
        require(numbers.contains(device), "the circle is without this device");
    }

    private boolean isSigned(KeyAdvert member) {
        byte[] statement = Identity.keys(member.round(), member.device(), member.sealing(), member.masking());
        return identity == null || identity.verifies(member.device(), statement, member.signature());
    }

    private boolean isOwn(KeyAdvert advert) {
        return Arrays.equals(advert.sealing(), sealing.open()) && Arrays.equals(advert.masking(), masking.open());
    }

    private SortedMap<Integer, byte[]> seal(Circle told) throws InvalidKeyException {
        int[] holders =
                told.members().stream().mapToInt(KeyAdvert::device).sorted().toArray();
        byte[][] seeds = Shamir.split(seed, told.threshold(), holders, random);
        byte[][] keys = Shamir.split(masking.secret(), told.threshold(), holders, random);
        SortedMap<Integer, byte[]> sealed = new TreeMap<>();
        for (KeyAdvert member : told.members()) {
            int to = member.device();
            int at = Arrays.binarySearch(holders, to);
            Shares shares = new Shares(seeds[at], keys[at]);
            if (to == device) {
                held.put(device, shares);
            } else {
                byte[] both = sealing.agree(member.sealing());
                shared.put(to, both);
                sealed.put(to, ShareBox.seal(shares, new ShareBox.Route(plan.round(), device, to), both, random));
            }
        }
        return sealed;
    }

    private SortedMap<Integer, Shares> open(DeliveredShares told) throws RefusedException {
        requireRound(told);
        require(
                told.sealed().size() + 1 >= threshold,
                "only " + (told.sealed().size() + 1) + " of the circle are left, and " + threshold + " are needed");
        SortedMap<Integer, Shares> opened = new TreeMap<>();
        for (var each : told.sealed().entrySet()) {
            int from = each.getKey();
            require(
                    from != device && circle.containsKey(from),
                    "shares came of device " + from + ", not of the circle");
            require(each.getValue().length == ShareBox.BYTES, "the shares of device " + from + " have another length");
            try {
                ShareBox.Route route = new ShareBox.Route(plan.round(), from, device);
                opened.put(from, ShareBox.open(each.getValue(), route, shared.getOrDefault(from, new byte[0])));
            } catch (GeneralSecurityException e) {
                throw new RefusedException("the shares of device " + from + " are not what it sealed for this one");
            }
        }
        return opened;
    }

    /** What the server asks for must leave everybody's vector masked but in the sum. */
    private void requireFair(UnmaskRequest told) throws RefusedException {
        requireRound(told);
        for (int each : told.survivors()) {
            require(!told.dropped().contains(each), "both shares of device " + each + " were asked for");
        }
        require(told.survivors().contains(device), "this device sent its vector, and is not among the survivors");
        SortedSet<Integer> asked = new TreeSet<>(told.survivors());
        asked.addAll(told.dropped());
        require(asked.equals(held.keySet()), "the devices asked about are not those whose shares are held");
        require(
                told.survivors().size() >= threshold,
                "only " + told.survivors().size() + " survivors, and " + threshold + " are needed");
    }

    /** As many of the circle as unmask must have signed the list that this device has. */
    private void requireAgreed(UnmaskRequest told) throws RefusedException {
        if (identity == null) {
            return;
        }
        SortedSet<Integer> expected = new TreeSet<>(agreed);
        expected.retainAll(held.keySet());
        require(told.survivors().equals(expected), "the survivors are not those that were signed for");
        byte[] statement = Identity.survivors(plan.round(), agreed);
        long valid = 0;
        for (var each : told.signatures().entrySet()) {
            boolean counts = expected.contains(each.getKey());
            valid += counts && identity.verifies(each.getKey(), statement, each.getValue()) ? 1 : 0;
        }
        require(
                valid >= threshold,
                "only " + valid + " of the circle signed the same list, and " + threshold + " are needed");
    }

    private KeyAdvert member(int number) {
        KeyAdvert member = circle.get(number);
        if (member == null) {
            throw new IllegalStateException("Members were checked before");
        }
        return member;
    }

    private Shares share(int number) {
        Shares shares = held.get(number);
        if (shares == null) {
            throw new IllegalStateException("Shares were checked before");
        }
        return shares;
    }

    private void requireRound(Message told) throws RefusedException {
        require(told.round().equals(plan.round()), "a message of another round came");
    }
}
