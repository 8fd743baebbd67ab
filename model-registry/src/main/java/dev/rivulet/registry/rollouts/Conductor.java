// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.rollouts.RolloutState.Canary;
import dev.rivulet.registry.rollouts.RolloutState.Ended;
import dev.rivulet.registry.rollouts.RolloutState.Holding;
import dev.rivulet.registry.rollouts.RolloutState.Paused;
import dev.rivulet.registry.rollouts.RolloutState.Preparing;
import dev.rivulet.registry.rollouts.RolloutState.Running;
import dev.rivulet.registry.rollouts.RolloutState.Shadowing;
import dev.rivulet.registry.rollouts.analysis.Analysis;
import dev.rivulet.registry.rollouts.analysis.Evidence;
import dev.rivulet.registry.rollouts.analysis.Verdict;
import dev.rivulet.registry.rollouts.analysis.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done next with a rollout, by what is seen and the time. Pure: the same rollout, sight and time give the same command,
 * so it does not matter who asks, or after how many crashes.
 *
 * <p>A candidate that fails on a replica, or whose replica starts anew without having been drained, is a hard error and rolled back at
 * once. A verdict of "worse" rolls back at any time, also while paused. A verdict of "no worse" takes the next step once the step has
 * lasted long enough. Without a verdict nothing is done for a while; then the rollout is paused, and a person decides.
 */
final class Conductor {

    /** Until replicas have heard of the rollout, they may still tell how the candidate fared in the one before. */
    private static final Duration HEARD = Duration.ofSeconds(2);

    private static final Evidence NOTHING = new Evidence(0, 0, List.of());

    private Conductor() {}

    /** What is to be done now, if anything. */
    static Optional<RolloutCommand> next(Rollout rollout, Observations seen, Instant now) {
        return switch (rollout.state()) {
            case Preparing preparing -> prepare(rollout, preparing, seen, now);
            case Shadowing shadowing -> serve(rollout, shadowing, rollout.plan().shadowTime(), seen, now);
            case Canary canary -> serve(rollout, canary, rollout.plan().stepTime(), seen, now);
            case Holding holding -> serve(rollout, holding, rollout.plan().holdTime(), seen, now);
            case Paused paused -> guard(rollout, paused, seen);
            case Ended _ -> Optional.empty();
        };
    }

    private static Optional<RolloutCommand> prepare(
            Rollout rollout, Preparing preparing, Observations seen, Instant now) {
        if (now.isBefore(preparing.since().plus(HEARD))) {
            return Optional.empty();
        }
        Optional<Decision> hard = hardError(rollout, seen);
        if (hard.isPresent()) {
            return hard.map(RolloutCommand.FailToPrepare::new);
        }
        Fleet fleet = seen.fleet(rollout);
        String ready = fleet.ready() + " of " + fleet.live() + " replicas have " + rollout.candidate() + " ready";
        if (fleet.live() > 0 && fleet.ready() >= Math.ceil(rollout.plan().quorum() * fleet.live())) {
            // By hand means that a person takes this step too.
            return rollout.plan().automatic()
                    ? Optional.of(new RolloutCommand.Prepare(Decision.on(fleet, ready)))
                    : Optional.empty();
        }
        Duration allowed = rollout.plan().prepareTime();
        if (rollout.plan().automatic() && lasted(preparing.since(), seen, now).compareTo(allowed) >= 0) {
            return Optional.of(new RolloutCommand.FailToPrepare(
                    Decision.on(fleet, ready + " after " + allowed.toSeconds() + " s")));
        }
        return Optional.empty();
    }

    private static Optional<RolloutCommand> serve(
            Rollout rollout, Running state, Duration least, Observations seen, Instant now) {
        Optional<Decision> hard = hardError(rollout, seen);
        if (hard.isPresent()) {
            return hard.map(RolloutCommand.RollBack::new);
        }
        Duration lasted = Duration.between(state.since(), now);
        Verdict verdict = verdict(rollout, state, seen);
        return switch (verdict) {
            case Verdict.Worse worse -> Optional.of(rollBack(worse));
            case Verdict.Pass pass
            when rollout.plan().automatic() && lasted.compareTo(least) >= 0 ->
                Optional.of(step(state, pass.evidence()));
            case Verdict.Pass _ -> Optional.empty();
            case Verdict.Inconclusive inconclusive ->
                rollout.plan().automatic() && lasted(state.since(), seen, now).compareTo(longest(rollout, least)) >= 0
                        ? Optional.of(new RolloutCommand.Pause(
                                Decision.on(inconclusive.evidence(), "inconclusive: " + inconclusive.reason())))
                        : Optional.empty();
        };
    }

    /** While paused no step is taken, but what is worse does not go on serving either. */
    private static Optional<RolloutCommand> guard(Rollout rollout, Paused paused, Observations seen) {
        if (paused.before() instanceof Preparing) {
            return Optional.empty();
        }
        Optional<Decision> hard = hardError(rollout, seen);
        if (hard.isPresent()) {
            return hard.map(RolloutCommand.RollBack::new);
        }
        return verdict(rollout, paused.before(), seen) instanceof Verdict.Worse worse
                ? Optional.of(rollBack(worse))
                : Optional.empty();
    }

    private static Optional<Decision> hardError(Rollout rollout, Observations seen) {
        Fleet fleet = seen.fleet(rollout);
        if (!fleet.problems().isEmpty()) {
            return Optional.of(Decision.on(
                    fleet, "the candidate failed on " + fleet.problems().getFirst()));
        }
        if (!fleet.crashes().isEmpty()) {
            return Optional.of(Decision.on(
                    fleet,
                    "a replica with the candidate crashed: " + fleet.crashes().getFirst()));
        }
        return Optional.empty();
    }

    private static Verdict verdict(Rollout rollout, Running state, Observations seen) {
        if (!seen.caughtUp()) {
            return new Verdict.Inconclusive("what replicas tell has not been read yet", NOTHING);
        }
        if (seen.fleet(rollout).live() == 0) {
            return new Verdict.Inconclusive("no replica tells anything: replicas or Kafka are away", NOTHING);
        }
        // The baseline serves nobody while the candidate holds: it is compared with what it did in the steps before.
        Instant base = state instanceof Holding ? rollout.startedAt() : state.since();
        Analysis analysis = new Analysis(rollout.plan().limits());
        Window candidate = seen.window(rollout.model(), rollout.candidate(), state.since());
        Window baseline = seen.window(rollout.model(), rollout.baseline(), base);
        return state instanceof Shadowing
                ? analysis.judgeMirrored(candidate, baseline)
                : analysis.judge(candidate, baseline);
    }

    private static RolloutCommand rollBack(Verdict.Worse worse) {
        return new RolloutCommand.RollBack(Decision.on(worse.evidence(), worse.reason()));
    }

    private static RolloutCommand step(Running state, Evidence evidence) {
        String requests = state instanceof Shadowing ? " mirrored requests, beside " : " requests, beside ";
        Decision why = Decision.on(
                evidence,
                "no worse over " + evidence.candidateRequests() + requests + evidence.baselineRequests()
                        + " of the baseline");
        return state instanceof Holding ? new RolloutCommand.HoldOver(why) : new RolloutCommand.Advance(why);
    }

    private static Duration longest(Rollout rollout, Duration least) {
        Duration patience = rollout.plan().patience();
        return patience.compareTo(least) >= 0 ? patience : least;
    }

    /** How long something has been seen not to happen: not while nobody looked. */
    private static Duration lasted(Instant since, Observations seen, Instant now) {
        Instant from = since.isAfter(seen.since()) ? since : seen.since();
        return Duration.between(from, now);
    }
}
