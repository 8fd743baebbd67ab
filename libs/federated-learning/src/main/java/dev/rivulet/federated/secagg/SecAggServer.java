// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static dev.rivulet.federated.secagg.RefusedException.require;

import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.FromDevice;
import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.MaskedVector;
import dev.rivulet.federated.secagg.Message.SealedShares;
import dev.rivulet.federated.secagg.Message.SurvivorList;
import dev.rivulet.federated.secagg.Message.SurvivorSignature;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.Message.UnmaskShares;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one secure aggregation (Bonawitz et al., CCS 2017; above a hundred devices on the graph of Bell et al., eprint
 * 2020/704). It holds one vector, the running sum of masked ones: of a device it keeps keys and shares, whose size does not grow with
 * the vector.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>phase</th><th>accepts</th><th>{@link #close()} moves to</th></tr>
 * <tr><td>ADVERTISING</td><td>{@link KeyAdvert}</td><td>SHARING, with a {@link Circle} for each device</td></tr>
 * <tr><td>SHARING</td><td>{@link SealedShares}</td><td>MASKING, with {@link DeliveredShares} for each device that shared</td></tr>
 * <tr><td>MASKING</td><td>{@link MaskedVector}</td><td>AGREEING if the plan is signed, with a {@link SurvivorList} for each survivor
 * </td></tr>
 * <tr><td>MASKING, AGREEING</td><td>{@link SurvivorSignature}</td><td>UNMASKING, with an {@link UnmaskRequest} for each survivor</td></tr>
 * <tr><td>UNMASKING</td><td>{@link UnmaskShares}</td><td>DONE, with the {@link #sum()}</td></tr>
 * <tr><td>any</td><td></td><td>ABORTED, where too few devices are left</td></tr>
 * </table>
 *
 * <p>The caller closes a phase at its deadline, or when {@link #complete()}. One thread at a time.
 */
public final class SecAggServer {

    /** Where an aggregation is. */
    public enum Phase {
        ADVERTISING,
        SHARING,
        MASKING,
        AGREEING,
        UNMASKING,
        DONE,
        ABORTED
    }

    /** What the server makes of a message. */
    public sealed interface Receipt {

        /** It was counted. */
        record Accepted() implements Receipt {}

        /**
         * It was not, and changed nothing.
         *
         * @param reason for people
         */
        record Refused(String reason) implements Receipt {}
    }

    private static final Receipt ACCEPTED = new Receipt.Accepted();

    private final SecAggPlan plan;
    private final Function<Set<Integer>, MaskGraph> graphs;
    private final SortedMap<Integer, KeyAdvert> adverts = new TreeMap<>();
    private final SortedMap<Integer, SortedMap<Integer, byte[]>> sealed = new TreeMap<>();
    private final SortedSet<Integer> sharers = new TreeSet<>();
    private final SortedSet<Integer> survivors = new TreeSet<>();
    private final SortedMap<Integer, byte[]> signatures = new TreeMap<>();
    private final int[] sum;
    private MaskGraph graph = new MaskGraph(new TreeMap<>(), 0);
    private @Nullable Unmasking unmasking;
    private Phase phase = Phase.ADVERTISING;
    private String reason = "";

    /** @param random for the graph */
    public SecAggServer(SecAggPlan plan, RandomGenerator random) {
        this(plan, devices -> MaskGraph.over(devices, random));
    }

    SecAggServer(SecAggPlan plan, Function<Set<Integer>, MaskGraph> graphs) {
        this.plan = plan;
        this.graphs = graphs;
        this.sum = new int[plan.length()];
    }

    public Phase phase() {
        return phase;
    }

    /** Why it is ABORTED, for people; empty otherwise. */
    public String reason() {
        return reason;
    }

    /** Whether everybody who can still send in this phase has. */
    public boolean complete() {
        return switch (phase) {
            case ADVERTISING -> adverts.size() == plan.devices();
            case SHARING -> sharers.size() == adverts.size();
            case MASKING -> survivors.size() == sharers.size();
            case AGREEING -> signatures.size() == survivors.size();
            case UNMASKING -> unmasking().answers() == survivors.size();
            case DONE, ABORTED -> true;
        };
    }

    /** Whether closing now loses nothing: everybody has sent, or the shares that are there take all masks off. */
    public boolean sufficient() {
        return complete() || phase == Phase.UNMASKING && unmasking().enough();
    }

    /** Takes a message of a device. */
    public Receipt accept(FromDevice message) {
        try {
            require(message.round().equals(plan.round()), "a message of another round came");
            switch (message) {
                case KeyAdvert advert -> accept(advert);
                case SealedShares shares -> accept(shares);
                case MaskedVector vector -> accept(vector);
                case SurvivorSignature signed -> accept(signed);
                case UnmaskShares shares -> {
                    require(phase == Phase.UNMASKING, "shares came in the phase " + phase);
                    unmasking().accept(shares);
                }
            }
            return ACCEPTED;
        } catch (RefusedException e) {
            return new Receipt.Refused(String.valueOf(e.getMessage()));
        }
    }

    private void accept(KeyAdvert advert) throws RefusedException {
        int device = advert.device();
        require(phase == Phase.ADVERTISING, "keys came in the phase " + phase);
        require(device >= 1 && device <= plan.devices(), "device " + device + " has no number of the round");
        require(!adverts.containsKey(device), "device " + device + " has sent its keys before");
        adverts.put(device, advert);
    }

    private void accept(SealedShares shares) throws RefusedException {
        int device = shares.device();
        require(phase == Phase.SHARING, "sealed shares came in the phase " + phase);
        require(adverts.containsKey(device), "device " + device + " has sent no keys");
        require(!sharers.contains(device), "device " + device + " has shared before");
        SortedSet<Integer> receivers = new TreeSet<>(circle(device));
        receivers.remove(device);
        require(receivers.equals(shares.sealed().keySet()), "the shares are not for the circle of device " + device);
        for (byte[] each : shares.sealed().values()) {
            require(each.length == ShareBox.BYTES, "sealed shares have " + ShareBox.BYTES + " bytes");
        }
        sharers.add(device);
        shares.sealed()
                .forEach((to, box) ->
                        sealed.computeIfAbsent(to, _ -> new TreeMap<>()).put(device, box));
    }

    private void accept(MaskedVector vector) throws RefusedException {
        int device = vector.device();
        require(phase == Phase.MASKING, "a vector came in the phase " + phase);
        require(sharers.contains(device), "device " + device + " has not shared its secrets");
        require(!survivors.contains(device), "device " + device + " has sent its vector before");
        require(vector.values().length == plan.length(), "a vector has " + plan.length() + " values");
        survivors.add(device);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += vector.values()[i];
        }
    }

    private void accept(SurvivorSignature signed) throws RefusedException {
        int device = signed.device();
        require(phase == Phase.AGREEING, "a signature came in the phase " + phase);
        require(survivors.contains(device), "device " + device + " is not among the survivors");
        require(!signatures.containsKey(device), "device " + device + " has signed before");
        signatures.put(device, signed.signature());
    }

    /** Ends a phase with the devices that were in time. */
    public Phase close() {
        switch (phase) {
            case ADVERTISING -> {
                if (enough(adverts.size(), "sent keys")) {
                    graph = graphs.apply(adverts.keySet());
                    phase = Phase.SHARING;
                }
            }
            case SHARING -> phase = enough(sharers.size(), "shared their secrets") ? Phase.MASKING : phase;
            case MASKING -> closeMasking();
            case AGREEING ->
                phase = enough(signatures.size(), "signed the list of survivors") ? Phase.UNMASKING : phase;
            case UNMASKING -> closeUnmasking();
            case DONE, ABORTED -> {}
        }
        return phase;
    }

    private void closeMasking() {
        sealed.clear();
        if (!enough(survivors.size(), "sent their vectors")) {
            return;
        }
        for (int device : sharers) {
            if (surviving(device).size() < graph.threshold()) {
                abort("only " + surviving(device).size() + " of the circle of device " + device
                        + " sent their vectors, and " + graph.threshold() + " are needed");
                return;
            }
        }
        unmasking = new Unmasking(plan, graph, adverts, sharers, survivors, signatures);
        phase = plan.signed() ? Phase.AGREEING : Phase.UNMASKING;
    }

    private void closeUnmasking() {
        try {
            unmasking().remove(sum);
            for (int i = 0; i < sum.length; i++) {
                sum[i] &= plan.mask();
            }
            phase = Phase.DONE;
        } catch (RefusedException e) {
            abort(String.valueOf(e.getMessage()));
        }
    }

    private boolean enough(int devices, String did) {
        if (devices < plan.minimum()) {
            abort("only " + devices + " devices " + did + ", and " + plan.minimum() + " are needed");
            return false;
        }
        return true;
    }

    private void abort(String why) {
        reason = why;
        phase = Phase.ABORTED;
        Arrays.fill(sum, 0);
        unmasking = null;
    }

    /** Those who get a message in this phase. */
    public List<Integer> receivers() {
        return switch (phase) {
            case ADVERTISING, DONE, ABORTED -> List.of();
            case SHARING -> List.copyOf(adverts.keySet());
            case MASKING -> List.copyOf(sharers);
            case AGREEING, UNMASKING -> List.copyOf(survivors);
        };
    }

    /** What one of the {@link #receivers()} is told in this phase. */
    public Message.ToDevice messageFor(int device) {
        if (!receivers().contains(device)) {
            throw new IllegalArgumentException("device " + device + " gets nothing in the phase " + phase);
        }
        return switch (phase) {
            case SHARING -> new Circle(plan.round(), graph.threshold(), members(device));
            case MASKING -> new DeliveredShares(plan.round(), sealed.getOrDefault(device, new TreeMap<>()));
            case AGREEING -> new SurvivorList(plan.round(), survivors);
            case UNMASKING -> unmasking().request(device);
            case ADVERTISING, DONE, ABORTED -> throw new IllegalStateException("Nobody gets anything now");
        };
    }

    /**
     * The sum of the survivors' vectors modulo 2^b, as unsigned integers.
     *
     * @throws IllegalStateException unless DONE
     */
    public int[] sum() {
        if (phase != Phase.DONE) {
            throw new IllegalStateException("There is no sum in the phase " + phase);
        }
        return sum.clone();
    }

    /** Whose vectors are in the sum; before that, whose came so far. */
    public SortedSet<Integer> survivors() {
        return new TreeSet<>(survivors);
    }

    private List<KeyAdvert> members(int device) {
        return adverts.values().stream()
                .filter(each -> circle(device).contains(each.device()))
                .toList();
    }

    private SortedSet<Integer> surviving(int device) {
        SortedSet<Integer> both = new TreeSet<>(circle(device));
        both.retainAll(survivors);
        return both;
    }

    private SortedSet<Integer> circle(int device) {
        return graph.circles().getOrDefault(device, new TreeSet<>());
    }

    private Unmasking unmasking() {
        if (unmasking == null) {
            throw new IllegalStateException("Nothing is unmasked in the phase " + phase);
        }
        return unmasking;
    }
}
