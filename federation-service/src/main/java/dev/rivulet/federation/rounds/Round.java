// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.rounds.Decision.Follows;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Closed;
import dev.rivulet.federation.rounds.RoundEvent.Closing;
import dev.rivulet.federation.rounds.RoundEvent.Counted;
import dev.rivulet.federation.rounds.RoundEvent.Dropped;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Joined;
import dev.rivulet.federation.rounds.RoundEvent.Published;
import dev.rivulet.federation.rounds.RoundEvent.Sum;
import dev.rivulet.federation.rounds.RoundInput.Charge;
import dev.rivulet.federation.rounds.RoundInput.Join;
import dev.rivulet.federation.rounds.RoundInput.Made;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import dev.rivulet.federation.rounds.RoundInput.NotMade;
import dev.rivulet.federation.rounds.RoundInput.Out;
import dev.rivulet.federation.rounds.RoundInput.Overdrawn;
import dev.rivulet.federation.rounds.RoundInput.Summed;
import dev.rivulet.federation.rounds.RoundInput.Tick;
import dev.rivulet.federation.rounds.RoundInput.Unsummed;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import dev.rivulet.federation.rounds.RoundState.Aggregating;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Publishing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Decides what follows in a round: pure, from its state, an input and the time. The table is at {@link RoundState}. */
public final class Round {

    private static final Follows NOTHING = new Follows(List.of());

    private Round() {}

    /** What an input leads to. */
    public static Decision decide(RoundState state, RoundInput input, Instant now) {
        return switch (input) {
            case Tick tick -> state instanceof Collecting at ? tick(at, tick, now) : NOTHING;
            case Usable usable -> usable(state, usable, now);
            case NoUpdate none -> noUpdate(state, none, now);
            case Summed(Sum sum) -> state instanceof Collecting at ? summed(at, sum, now) : NOTHING;
            case Unsummed(Failure why, String detail) ->
                state instanceof Collecting at && at.opened().secure() != null
                        ? new Follows(List.of(new Failed(now, why, detail)))
                        : NOTHING;
            case Made(long version, String sha256, var loss, var measured) ->
                state instanceof Aggregating
                        ? new Follows(List.of(new Aggregated(now, version, sha256, loss, measured)))
                        : NOTHING;
            case NotMade() -> failed(state, Failure.NOT_AGGREGABLE, now);
            case Overdrawn() ->
                owing(state).isPresent() ? new Follows(List.of(new Failed(now, Failure.BUDGET_SPENT))) : NOTHING;
            case Charge charge ->
                owing(state)
                        .<Decision>map(at -> new Follows(List.of(new Charged(
                                now, charge.mechanism(), at.counted().keySet(), charge.epsilon(), charge.delta()))))
                        .orElse(NOTHING);
            case Join join -> state instanceof Collecting at ? joined(at, join, now) : NOTHING;
            case Out() -> state instanceof Publishing ? new Follows(List.of(new Published(now))) : NOTHING;
        };
    }

    /** What was collected where noise is still to be paid for: before it is drawn, or before masks come off it. */
    private static Optional<Collecting> owing(RoundState state) {
        boolean may = state instanceof Aggregating
                || state instanceof Collecting at && at.opened().secure() != null;
        return state.soFar().filter(collected -> may && collected.charged() == null);
    }

    private static Decision failed(RoundState state, Failure why, Instant now) {
        return state instanceof Aggregating ? new Follows(List.of(new Failed(now, why))) : NOTHING;
    }

    private static Decision joined(Collecting at, Join join, Instant now) {
        Set<String> fresh = new TreeSet<>(join.devices());
        fresh.removeIf(at::asked);
        return fresh.isEmpty() || !at.opened().asynchronous() ? NOTHING : new Follows(List.of(new Joined(now, fresh)));
    }

    /** Why a device may not send an update in this state; empty if it may. */
    public static Optional<Refused> objection(RoundState state, String device) {
        return switch (state) {
            case RoundState.Unopened() ->
                Optional.of(new Refused(RefusalCode.UNKNOWN_ROUND, "the federation has no such round"));
            case Collecting at -> ofDevice(at, device);
            case Aggregating at -> closed(at.collected(), device);
            case Publishing at -> closed(at.collected(), device);
            case RoundState.Ended at -> closed(at.collected(), device);
        };
    }

    private static Optional<Refused> ofDevice(Collecting at, String device) {
        if (!at.asked(device)) {
            return Optional.of(new Refused(RefusalCode.NOT_SELECTED, "the device was not selected for this round"));
        }
        if (!at.awaits(device)) {
            return Optional.of(new Refused(RefusalCode.DUPLICATE, "the round already has the answer of this device"));
        }
        return Optional.empty();
    }

    private static Optional<Refused> closed(Collecting at, String device) {
        return Optional.of(
                ofDevice(at, device).orElse(new Refused(RefusalCode.LATE, "the round takes no more updates")));
    }

    private static Decision usable(RoundState state, Usable usable, Instant now) {
        Optional<Refused> objection = objection(state, usable.device());
        if (objection.isPresent()) {
            return objection.get();
        }
        return followedByEnd((Collecting) state, new Counted(now, usable.device(), usable.contribution()), now);
    }

    private static Decision noUpdate(RoundState state, NoUpdate none, Instant now) {
        return state instanceof Collecting at && at.awaits(none.device())
                ? followedByEnd(at, new Dropped(now, none.device(), none.reason()), now)
                : NOTHING;
    }

    private static Decision tick(Collecting at, Tick tick, Instant now) {
        List<RoundEvent> events = new ArrayList<>();
        RoundState state = at;
        for (String device : at.pending()) {
            if (tick.dead().contains(device)) {
                RoundEvent dropped = new Dropped(now, device, "dead");
                events.add(dropped);
                state = state.after(dropped);
            }
        }
        end((Collecting) state, now).ifPresent(events::add);
        return new Follows(events);
    }

    /** A sum is of the devices that were counted, or of no use; its noise is paid for. */
    private static Decision summed(Collecting at, Sum sum, Instant now) {
        if (at.opened().secure() == null) {
            return NOTHING;
        }
        if (at.opened().noised() && at.charged() == null) {
            throw new IllegalStateException("the masks came off a sum whose noise was not paid for");
        }
        return new Follows(List.of(
                sum.devices() == at.counted().size()
                        ? new Closed(now, Closing.SUMMED, sum)
                        : new Failed(
                                now,
                                Failure.NOT_AGGREGABLE,
                                "the sum is of " + sum.devices() + " devices, and "
                                        + at.counted().size() + " were counted")));
    }

    private static Decision followedByEnd(Collecting at, RoundEvent event, Instant now) {
        List<RoundEvent> events = new ArrayList<>(List.of(event));
        end((Collecting) at.after(event), now).ifPresent(events::add);
        return new Follows(events);
    }

    private static Optional<RoundEvent> end(Collecting at, Instant now) {
        RoundPolicy policy = at.opened().policy();
        int counted = at.counted().size();
        int pending = at.awaited();
        SecurePolicy secure = at.opened().secure();
        if (secure != null) {
            return endOfSecure(at, counted + pending, secure, now);
        }
        if (counted >= policy.goal()) {
            return Optional.of(new Closed(now, Closing.GOAL));
        }
        if (at.opened().asynchronous()) {
            return Optional.empty();
        }
        if (counted + pending < policy.quorum()) {
            return Optional.of(new Failed(now, Failure.QUORUM_IMPOSSIBLE));
        }
        if (counted >= policy.quorum()) {
            if (pending == 0) {
                return Optional.of(new Closed(now, Closing.ALL_ANSWERED));
            }
            return due(at, policy.cutOff(), now) ? Optional.of(new Closed(now, Closing.CUT_OFF)) : Optional.empty();
        }
        return due(at, policy.deadline(), now) ? Optional.of(new Failed(now, Failure.QUORUM_MISSED)) : Optional.empty();
    }

    /** Its aggregation closes it; what is judged here is when that can't come any more. */
    private static Optional<RoundEvent> endOfSecure(Collecting at, int left, SecurePolicy secure, Instant now) {
        if (left < secure.fewest()) {
            return Optional.of(new Failed(now, Failure.QUORUM_IMPOSSIBLE));
        }
        return due(at, secure.deadline(at.opened().policy()), now)
                ? Optional.of(new Failed(now, Failure.QUORUM_MISSED))
                : Optional.empty();
    }

    private static boolean due(Collecting at, Duration after, Instant now) {
        return !now.isBefore(at.opened().at().plus(after));
    }
}
