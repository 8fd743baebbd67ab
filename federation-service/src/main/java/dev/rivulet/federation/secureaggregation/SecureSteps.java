// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federated.secagg.Message.FromDevice;
import dev.rivulet.federated.secagg.MessageCodec;
import dev.rivulet.federated.secagg.MessageCodec.Decoded;
import dev.rivulet.federated.secagg.SecAggServer;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import dev.rivulet.federated.secagg.SecAggServer.Receipt;
import dev.rivulet.federation.rounds.RoundPolicy;
import dev.rivulet.federation.rounds.SecureTerms;
import dev.rivulet.federation.rounds.SecureTerms.Form;
import dev.rivulet.federation.secureaggregation.Verdict.Again;
import dev.rivulet.federation.secureaggregation.Verdict.Fit;
import dev.rivulet.federation.secureaggregation.Verdict.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The steps of one secure round: pure, told the time. Whoever was in time at a step goes on to the next; a vector is added to the sum as
 * it is taken, and nothing else is kept of it but its digest.
 *
 * <table>
 * <caption>When a step closes</caption>
 * <tr><th>step</th><th>closes</th></tr>
 * <tr><td>any</td><td>all who can still send have sent</td></tr>
 * <tr><td>UNMASK</td><td>the shares that have come take all masks off</td></tr>
 * <tr><td>KEYS</td><td>the goal of the round; the fewest of a sum, at the cut-off; the deadline</td></tr>
 * <tr><td>all others</td><td>the time of a step after the one before closed</td></tr>
 * </table>
 *
 * With too few devices left at its close the round has failed. Where devices have added noise, nobody is asked for shares that take masks
 * off before it is paid for. One thread at a time.
 */
final class SecureSteps {

    private final SecureTerms terms;
    private final SecAggServer server;
    private final MessageCodec codec;
    private final Instant began;
    private final Map<Step, Map<Integer, String>> sent = new EnumMap<>(Step.class);
    private final Map<Step, Duration> took = new EnumMap<>(Step.class);
    private Set<Integer> expected;
    private Instant since;
    private boolean paid;

    SecureSteps(SecureTerms terms, Instant began, RandomGenerator random) {
        this.terms = terms;
        this.server = new SecAggServer(terms.plan(), random);
        this.codec = new MessageCodec(terms.plan());
        this.began = began;
        this.since = began;
        this.paid = !(terms.form() instanceof Form.Noised);
        this.expected = new TreeSet<>(
                IntStream.rangeClosed(1, terms.devices().size()).boxed().toList());
        for (Step step : Step.values()) {
            sent.put(step, new HashMap<>());
        }
    }

    /** Devices whose noise is in a sum that is not paid for; their last step goes on until it is. */
    OptionalInt owed() {
        return !paid && server.phase() == Phase.UNMASKING
                ? OptionalInt.of(server.survivors().size())
                : OptionalInt.empty();
    }

    /** What is {@link #owed} is paid: whose shares are asked for may be told. */
    void pay(Instant now) {
        paid = true;
        since = now;
    }

    private Step lastBeforeUnmasking() {
        return terms.plan().signed() ? Step.SURVIVORS : Step.VECTOR;
    }

    /** The step that goes on; empty if it has ended. */
    Optional<Step> step() {
        if (owed().isPresent()) {
            return Optional.of(lastBeforeUnmasking());
        }
        return switch (server.phase()) {
            case ADVERTISING -> Optional.of(Step.KEYS);
            case SHARING -> Optional.of(Step.SHARES);
            case MASKING -> Optional.of(Step.VECTOR);
            case AGREEING -> Optional.of(Step.SURVIVORS);
            case UNMASKING -> Optional.of(Step.UNMASK);
            case DONE, ABORTED -> Optional.empty();
        };
    }

    /** The step whose close began the one that goes on, or ended it all: the one that is answered now. */
    private Optional<Step> answered() {
        if (owed().isPresent()) {
            return Optional.empty();
        }
        return switch (server.phase()) {
            case ADVERTISING, ABORTED -> Optional.empty();
            case SHARING -> Optional.of(Step.KEYS);
            case MASKING -> Optional.of(Step.SHARES);
            case AGREEING -> Optional.of(Step.VECTOR);
            case UNMASKING -> Optional.of(lastBeforeUnmasking());
            case DONE -> Optional.of(Step.UNMASK);
        };
    }

    /** Judges bytes of a device; changes nothing. No bytes ask for the answer to what was sent before. */
    Verdict judge(int device, Step step, byte[] body) {
        if (server.phase() == Phase.ABORTED) {
            return new Refused(RefusalCode.LATE, "the round has failed: " + server.reason());
        }
        String known = sent(step).get(device);
        String digest = DeviceKeys.sha256(body);
        boolean again = known != null && (body.length == 0 || known.equals(digest));
        Step now = step().orElse(null);
        if (step != now) {
            return ofOther(device, step, again);
        }
        if (again) {
            return new Again();
        }
        if (known != null) {
            return new Refused(RefusalCode.DUPLICATE, "the device has sent something else at the step " + step.wire());
        }
        if (!expected.contains(device)) {
            return new Refused(RefusalCode.LATE, "the device was not in time at a step before");
        }
        return judge(device, step, body, digest);
    }

    /** Shares that come when the sum is there are not read: their device has done its part. */
    private Verdict ofOther(int device, Step step, boolean again) {
        boolean needless = server.phase() == Phase.DONE
                && step == Step.UNMASK
                && server.survivors().contains(device);
        if (needless || again && answered().equals(Optional.of(step))) {
            return new Again();
        }
        boolean early = step().filter(now -> now.compareTo(step) < 0).isPresent();
        return early
                ? new Refused(RefusalCode.OUT_OF_STEP, "the round is not at the step " + step.wire() + " yet")
                : new Refused(RefusalCode.LATE, "the step " + step.wire() + " is over");
    }

    private Verdict judge(int device, Step step, byte[] body, String digest) {
        if (step == Step.SURVIVORS && !terms.plan().signed()) {
            return new Refused(RefusalCode.MALFORMED, "nothing is signed in this round");
        }
        return switch (codec.decode(body)) {
            case Decoded.Malformed(String reason) -> new Refused(RefusalCode.MALFORMED, reason);
            case Decoded.Read(FromDevice message)
            when step.takes(message) ->
                message.device() == device
                        ? new Fit(message, digest)
                        : new Refused(RefusalCode.FORGED, "the message speaks for another device");
            case Decoded.Read _ ->
                new Refused(RefusalCode.MALFORMED, "the step " + step.wire() + " takes another message");
        };
    }

    /** Takes what was judged as fit; empty if it counts. */
    Optional<Refused> take(Step step, Fit fit) {
        return switch (server.accept(fit.message())) {
            case Receipt.Refused(String reason) -> Optional.of(new Refused(RefusalCode.MALFORMED, reason));
            case Receipt.Accepted() -> {
                sent(step).put(fit.message().device(), fit.sha256());
                yield Optional.empty();
            }
        };
    }

    /**
     * Closes what is to be closed.
     *
     * @param gone devices that will send nothing more
     * @return whether a step was closed
     */
    boolean advance(Instant now, Collection<String> gone) {
        boolean moved = false;
        Optional<Step> at = step();
        while (at.isPresent() && owed().isEmpty() && over(at.get(), now, gone)) {
            server.close();
            took.put(at.get(), Duration.between(since, now));
            since = now;
            expected = new TreeSet<>(server.receivers());
            moved = true;
            at = step();
        }
        return moved;
    }

    private boolean over(Step step, Instant now, Collection<String> gone) {
        Set<Integer> missing = new TreeSet<>(expected);
        missing.removeAll(sent(step).keySet());
        if (!missing.isEmpty()) {
            gone.forEach(device -> terms.number(device).ifPresent(missing::remove));
        }
        if (missing.isEmpty() || server.sufficient()) {
            return true;
        }
        if (step != Step.KEYS) {
            return !now.isBefore(since.plus(terms.secure().step()));
        }
        RoundPolicy policy = terms.policy();
        int count = sent(step).size();
        return count >= policy.goal()
                || count >= terms.secure().fewest() && !now.isBefore(began.plus(policy.cutOff()))
                || !now.isBefore(began.plus(policy.deadline()));
    }

    /** The answer to what a device sent at a step, once that has closed: a message, or nothing at the end. */
    Optional<byte[]> answer(int device, Step step) {
        if (!answered().equals(Optional.of(step))) {
            return Optional.empty();
        }
        return server.phase() == Phase.DONE
                ? Optional.of(new byte[0])
                : Optional.of(codec.encode(server.messageFor(device)));
    }

    /** What all of it came to. */
    sealed interface Ended {

        /**
         * A sum.
         *
         * @param values modulo 2^bits, as unsigned integers
         * @param devices whose vectors are in it
         */
        @SuppressWarnings("ArrayRecordComponent")
        record Done(int[] values, int devices) implements Ended {}

        /** No sum. */
        record Failed(String reason) implements Ended {}
    }

    /** What it came to, if it has ended. */
    Optional<Ended> ended() {
        return switch (server.phase()) {
            case DONE ->
                Optional.of(new Ended.Done(server.sum(), server.survivors().size()));
            case ABORTED -> Optional.of(new Ended.Failed(server.reason()));
            default -> Optional.empty();
        };
    }

    /** How long each step took that is closed. */
    Map<Step, Duration> took() {
        return Collections.unmodifiableMap(took);
    }

    /** Devices that have sent something at a step. */
    int count(Step step) {
        return sent(step).size();
    }

    private Map<Integer, String> sent(Step step) {
        return sent.getOrDefault(step, Map.of());
    }
}
