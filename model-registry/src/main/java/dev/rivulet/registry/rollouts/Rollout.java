// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import dev.rivulet.registry.rollouts.RolloutState.Canary;
import dev.rivulet.registry.rollouts.RolloutState.Ended;
import dev.rivulet.registry.rollouts.RolloutState.Holding;
import dev.rivulet.registry.rollouts.RolloutState.Paused;
import dev.rivulet.registry.rollouts.RolloutState.Preparing;
import dev.rivulet.registry.rollouts.RolloutState.Running;
import dev.rivulet.registry.rollouts.RolloutState.Shadowing;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One rollout as its events tell it. Pure: {@link #decide} says what a command comes to, {@link #after} what an event makes of the
 * state; nothing else changes it.
 *
 * <table>
 * <caption>Transitions; what is not listed is refused</caption>
 * <tr><th>state</th><th>command</th><th>event</th><th>next state</th></tr>
 * <tr><td>none</td><td>start</td><td>started</td><td>preparing, 0 %</td></tr>
 * <tr><td>preparing, with a time to mirror</td><td>prepare</td><td>shadow_started</td><td>shadowing, 0 %</td></tr>
 * <tr><td>preparing, without</td><td>prepare</td><td>prepared</td><td>canary at the first step; holding if that is 100 %</td></tr>
 * <tr><td>shadowing</td><td>advance</td><td>advanced</td><td>canary at the first step; holding if that is 100 %</td></tr>
 * <tr><td>preparing</td><td>fail to prepare</td><td>rolled_back</td><td>rolled_back</td></tr>
 * <tr><td>canary</td><td>advance</td><td>advanced</td><td>canary at the next step; holding if that is 100 %</td></tr>
 * <tr><td>preparing, shadowing, canary, holding</td><td>pause</td><td>paused</td><td>paused, percent as before</td></tr>
 * <tr><td>paused</td><td>resume</td><td>resumed</td><td>as before the pause, from the step's beginning</td></tr>
 * <tr><td>holding</td><td>hold over</td><td>promoted</td><td>promoted</td></tr>
 * <tr><td>canary, holding, paused in one of them</td><td>promote</td><td>promoted</td><td>promoted</td></tr>
 * <tr><td>any that has not ended</td><td>roll back</td><td>rolled_back</td><td>rolled_back</td></tr>
 * <tr><td>any that has not ended</td><td>abort</td><td>aborted</td><td>aborted</td></tr>
 * <tr><td>paused, promoted, aborted</td><td>pause, promote, abort</td><td>none</td><td>the same: it is fulfilled</td></tr>
 * </table>
 *
 * @param version how many events made it; the revision of the fact that others are told
 * @param salt splits the sessions
 * @param reason of the last change
 * @param changedAt when the last event happened
 */
public record Rollout(
        RolloutId id,
        long version,
        ModelName model,
        VersionName baseline,
        VersionName candidate,
        Plan plan,
        String salt,
        RolloutState state,
        String reason,
        Instant startedAt,
        Instant changedAt) {

    /** What a command comes to. */
    public sealed interface Outcome {

        /** It happens. */
        record Accepted(RolloutEvent event) implements Outcome {}

        /** It is so already. */
        record Fulfilled() implements Outcome {}

        /** It can't be, and why. */
        record Refused(String why) implements Outcome {}
    }

    /** Whether anything may change yet. */
    public boolean active() {
        return !(state instanceof Ended);
    }

    /** How many of a hundred sessions the candidate serves. */
    public int percent() {
        return state.share();
    }

    /** What the command comes to, by the table above. */
    public Outcome decide(RolloutCommand command) {
        if (state instanceof Ended) {
            return ended(command);
        }
        Decision why = command.decision();
        return switch (command) {
            case RolloutCommand.Prepare _ when state instanceof Preparing -> accepted(prepared(why));
            case RolloutCommand.FailToPrepare _
            when state instanceof Preparing -> accepted(new RolloutEvent.RolledBack(why));
            case RolloutCommand.Advance _
            when state instanceof Shadowing -> accepted(new RolloutEvent.Advanced(plan.after(0), why));
            case RolloutCommand.Advance _
            when state instanceof Canary canary ->
                accepted(new RolloutEvent.Advanced(plan.after(canary.percent()), why));
            case RolloutCommand.Pause _ when state instanceof Running -> accepted(new RolloutEvent.Paused(why));
            case RolloutCommand.Pause _ -> new Outcome.Fulfilled();
            case RolloutCommand.Resume _ when state instanceof Paused -> accepted(new RolloutEvent.Resumed(why));
            case RolloutCommand.HoldOver _ when state instanceof Holding -> accepted(new RolloutEvent.Promoted(why));
            case RolloutCommand.Promote _ when percent() > 0 -> accepted(new RolloutEvent.Promoted(why));
            case RolloutCommand.RollBack _ -> accepted(new RolloutEvent.RolledBack(why));
            case RolloutCommand.Abort _ -> accepted(new RolloutEvent.Aborted(why));
            default -> refused(command);
        };
    }

    private RolloutEvent prepared(Decision why) {
        return plan.shadows() ? new RolloutEvent.ShadowStarted(why) : new RolloutEvent.Prepared(plan.after(0), why);
    }

    private Outcome ended(RolloutCommand command) {
        boolean fulfilled = switch (state) {
            case RolloutState.Promoted _ -> command instanceof RolloutCommand.Promote;
            case RolloutState.RolledBack _ -> command instanceof RolloutCommand.RollBack;
            case RolloutState.Aborted _ -> command instanceof RolloutCommand.Abort;
            default -> false;
        };
        return fulfilled ? new Outcome.Fulfilled() : refused(command);
    }

    private Outcome refused(RolloutCommand command) {
        String wanted = command.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        String why = switch (state) {
            case Ended ended -> "it has ended (" + ended.wire() + ")";
            case Preparing _ -> "replicas still prepare the candidate";
            default -> "it is " + state.wire();
        };
        return new Outcome.Refused("The rollout " + id + " can't " + wanted + ": " + why + ".");
    }

    private static Outcome accepted(RolloutEvent event) {
        return new Outcome.Accepted(event);
    }

    /**
     * The rollout that these events tell, in order.
     *
     * @param from the state before them, or null if the first starts it
     * @throws IllegalStateException if a version is missing or the first does not start it
     */
    public static Rollout of(@Nullable Rollout from, List<Recorded> events) {
        Rollout rollout = from;
        for (Recorded recorded : events) {
            rollout = rollout == null ? first(recorded) : rollout.after(recorded);
        }
        if (rollout == null) {
            throw new IllegalStateException("a rollout has at least one event");
        }
        return rollout;
    }

    private static Rollout first(Recorded recorded) {
        if (recorded.version() != 1 || !(recorded.event() instanceof RolloutEvent.Started started)) {
            throw new IllegalStateException(recorded.rollout() + " does not begin with its start");
        }
        return new Rollout(
                recorded.rollout(),
                1,
                started.model(),
                started.baseline(),
                started.candidate(),
                started.plan(),
                started.salt(),
                new Preparing(recorded.at()),
                started.decision().reason(),
                recorded.at(),
                recorded.at());
    }

    /** What the next event makes of it. */
    public Rollout after(Recorded recorded) {
        if (recorded.version() != version + 1 || !recorded.rollout().equals(id)) {
            throw new IllegalStateException(id + " has " + version + " events, the next is not " + recorded.version()
                    + " of " + recorded.rollout());
        }
        Instant at = recorded.at();
        RolloutState next = switch (recorded.event()) {
            case RolloutEvent.Started _ -> throw new IllegalStateException(id + " starts twice");
            case RolloutEvent.Prepared prepared -> serving(prepared.percent(), at);
            case RolloutEvent.ShadowStarted _ -> new Shadowing(at);
            case RolloutEvent.Advanced advanced -> serving(advanced.percent(), at);
            case RolloutEvent.Paused _ -> new Paused(running(), at);
            case RolloutEvent.Resumed _ -> resumed(at);
            case RolloutEvent.Promoted _ -> new RolloutState.Promoted(at);
            case RolloutEvent.RolledBack _ -> new RolloutState.RolledBack(at);
            case RolloutEvent.Aborted _ -> new RolloutState.Aborted(at);
        };
        String why = recorded.event().decision().reason();
        return new Rollout(id, recorded.version(), model, baseline, candidate, plan, salt, next, why, startedAt, at);
    }

    private static Running serving(int percent, Instant at) {
        return percent >= Plan.ALL ? new Holding(at) : new Canary(percent, at);
    }

    private Running running() {
        if (state instanceof Running running) {
            return running;
        }
        throw new IllegalStateException(id + " is paused while it is " + state.wire());
    }

    private Running resumed(Instant at) {
        if (!(state instanceof Paused paused)) {
            throw new IllegalStateException(id + " is resumed while it is " + state.wire());
        }
        return switch (paused.before()) {
            case Preparing _ -> new Preparing(at);
            case Shadowing _ -> new Shadowing(at);
            case Canary canary -> new Canary(canary.percent(), at);
            case Holding _ -> new Holding(at);
        };
    }
}
