// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import dev.rivulet.graph.JobReport.StageReport;
import dev.rivulet.graph.StageFailure.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One stage in one job: idle, then waiting for a place, running, and ended; or standing by while another runs in its stead. All
 * methods are called in the turn of the job, but those of {@link Attempt}, which the work calls.
 */
final class StageRun {

    private enum State {
        IDLE,
        QUEUED,
        RUNNING,
        TELLING,
        REPLACED,
        ENDED
    }

    /** What the job does when a stage has got further. */
    interface Progress {

        /** Whether it may begin; empty where nobody needs to be asked. */
        Optional<CompletionStage<CheckpointStore.Claim>> claim(StageRun stage, Map<String, Object> inputs);

        void hasValue(StageRun stage, Object value);

        void hasParts(StageRun stage, Flow.Publisher<Object> parts);

        /** It has no value of its own, and has left its place. */
        void gaveNone(StageRun stage, Throwable why);

        /** Its last part was told, or its stream broke: there is nothing to stand in for what was shown. */
        void told(StageRun stage, Outcome outcome);

        /** It has ended. */
        void left(StageRun stage, Outcome outcome);
    }

    private final StageSpec spec;
    private final String job;
    private final GraphExecutor with;
    private final SerialQueue turn;
    private final Progress progress;
    private final long jobBeganAt;
    private State state = State.IDLE;
    private @Nullable Attempt attempt;
    private Lane.@Nullable Place place;
    private @Nullable Runnable deadline;
    private @Nullable PartStream parts;
    private StageWatch.@Nullable Watched watched;
    private @Nullable Outcome outcome;
    private @Nullable Throwable ownFailure;
    private long readyAt;
    private long beganAt;
    private long endedAt;

    StageRun(StageSpec spec, String job, GraphExecutor with, SerialQueue turn, Progress progress, long jobBeganAt) {
        this.spec = spec;
        this.job = job;
        this.with = with;
        this.turn = turn;
        this.progress = progress;
        this.jobBeganAt = jobBeganAt;
    }

    StageSpec spec() {
        return spec;
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    boolean isReplaced() {
        return state == State.REPLACED;
    }

    /** Null until it has ended. */
    @Nullable Outcome outcome() {
        return outcome;
    }

    /** Why it gave no value of its own; null where it did. */
    @Nullable Throwable ownFailure() {
        return ownFailure;
    }

    StageReport report() {
        Outcome ended = outcome == null ? new Outcome.Cancelled() : outcome;
        return new StageReport(ended, readyAt, beganAt, endedAt);
    }

    /** Its inputs are there. */
    void begin(Map<String, Object> inputs) {
        state = State.QUEUED;
        readyAt = with.now() - jobBeganAt;
        watched = with.watch().began(job, spec);
        Attempt trial = new Attempt(inputs);
        attempt = trial;
        deadline = with.timer().after(spec.deadline(), () -> turn.execute(() -> late(trial)));
        Optional<Lane.Place> asked = with.lane(spec.name()).enter(() -> turn.execute(() -> granted(trial)));
        if (asked.isEmpty()) {
            giveUp(new StageFailure(
                    Reason.QUEUE_FULL,
                    "as many jobs wait for the stage '" + spec.name() + "' as may: " + spec.queue()));
        } else {
            place = asked.get();
        }
    }

    private void late(Attempt trial) {
        if (attempt == trial && (state == State.QUEUED || state == State.RUNNING)) {
            stop(Cut.DEADLINE);
            giveUp(new StageFailure(
                    Reason.DEADLINE,
                    "the stage '" + spec.name() + "' did not end within "
                            + spec.deadline().toMillis() + " ms"));
        }
    }

    private void granted(Attempt trial) {
        if (attempt == trial && state == State.QUEUED) {
            state = State.RUNNING;
            beganAt = with.now() - jobBeganAt;
            progress.claim(this, trial.inputs())
                    .ifPresentOrElse(
                            asked -> asked.whenComplete((claim, failure) ->
                                    turn.execute(() -> claimed(trial, failure == null ? claim : null))),
                            () -> with.workers().execute(trial));
        }
    }

    /** @param claim null where nobody can tell */
    private void claimed(Attempt trial, CheckpointStore.@Nullable Claim claim) {
        if (attempt != trial || state != State.RUNNING) {
            return;
        }
        if (claim == CheckpointStore.Claim.FIRST) {
            with.workers().execute(trial);
        } else if (claim == CheckpointStore.Claim.TAKEN) {
            giveUp(new StageFailure(
                    Reason.MAY_HAVE_ACTED,
                    "the stage '" + spec.name() + "' was begun before, and may have done what it is for"));
        } else {
            giveUp(new StageFailure(
                    Reason.UNCLAIMED, "nobody can tell whether the stage '" + spec.name() + "' was begun before"));
        }
    }

    /** It has the value of an earlier run. */
    void takeUp() {
        readyAt = with.now() - jobBeganAt;
        beganAt = readyAt;
        endedAt = readyAt;
        end(new Outcome.TakenUp());
    }

    /** Cuts it off. What it has shown ends; what it has not shown is a failure, for which something may stand in. */
    void cut(Cut why, StageFailure failure) {
        switch (state) {
            case IDLE -> giveUp(failure);
            case QUEUED, RUNNING -> {
                stop(why);
                giveUp(failure);
            }
            case TELLING -> {
                stop(why);
                PartStream telling = parts;
                end(new Outcome.Failed(failure));
                if (telling != null) {
                    telling.cut(failure);
                }
                progress.told(this, new Outcome.Failed(failure));
            }
            case REPLACED, ENDED -> {}
        }
    }

    /** It was never begun, for want of an input. */
    void starved(StageFailure failure) {
        giveUp(failure);
    }

    private void stop(Cut why) {
        Attempt running = attempt;
        if (running != null) {
            running.stop(why);
        }
    }

    private void giveUp(Throwable why) {
        endedAt = with.now() - jobBeganAt;
        if (state == State.IDLE) {
            readyAt = endedAt;
        }
        state = State.REPLACED;
        ownFailure = why;
        attempt = null;
        PartStream silent = parts;
        parts = null;
        release();
        if (silent != null) {
            silent.cut(why);
        }
        progress.gaveNone(this, why);
    }

    /** It has ended, whatever stood in for it. */
    void end(Outcome how) {
        if (state == State.ENDED) {
            return;
        }
        boolean ran = state == State.RUNNING || state == State.TELLING;
        state = State.ENDED;
        outcome = how;
        attempt = null;
        if (ran) {
            endedAt = with.now() - jobBeganAt;
        }
        release();
        StageWatch.Watched looking = watched;
        watched = null;
        if (looking != null) {
            looking.ended(how);
        }
        progress.left(this, how);
    }

    private void release() {
        Runnable late = deadline;
        deadline = null;
        if (late != null) {
            late.run();
        }
        Lane.Place held = place;
        place = null;
        if (held != null) {
            held.leave();
        }
    }

    /** One run of the work. Only its first end counts, and none after it was cut off. */
    private final class Attempt implements Runnable, Stage.Call {

        private final Map<String, Object> inputs;
        private final AtomicBoolean ended = new AtomicBoolean();
        private Stage.@Nullable Stopping stopping;
        private volatile @Nullable Cut stopped;

        Attempt(Map<String, Object> inputs) {
            this.inputs = Map.copyOf(new HashMap<>(inputs));
        }

        @Override
        public void run() {
            if (stopped != null) {
                return;
            }
            try {
                Stage.Stopping how = with.work(spec).begin(this);
                turn.execute(() -> canStop(how));
            } catch (Exception e) {
                fail(e);
            }
        }

        /** In the job's turn. */
        private void canStop(Stage.Stopping how) {
            stopping = how;
            Cut why = stopped;
            if (why != null) {
                stop(how, why);
            }
        }

        /** In the job's turn. */
        void stop(Cut why) {
            stopped = why;
            Stage.Stopping how = stopping;
            if (how != null) {
                stop(how, why);
            }
        }

        private void stop(Stage.Stopping how, Cut why) {
            if (!ended.getAndSet(true)) {
                how.stop(why);
            }
        }

        @Override
        public String job() {
            return job;
        }

        @Override
        public StageSpec stage() {
            return spec;
        }

        @Override
        public Map<String, Object> inputs() {
            return inputs;
        }

        @Override
        public void succeed(Object value) {
            if (!ended.getAndSet(true)) {
                turn.execute(() -> {
                    if (isRunning()) {
                        progress.hasValue(StageRun.this, value);
                    }
                });
            }
        }

        @Override
        public void fail(Throwable why) {
            if (!ended.getAndSet(true)) {
                turn.execute(() -> {
                    if (isRunning()) {
                        giveUp(why);
                    }
                });
            }
        }

        @Override
        public void stream(Flow.Publisher<?> published) {
            if (!ended.getAndSet(true)) {
                turn.execute(() -> {
                    if (isRunning()) {
                        listen(published);
                    }
                });
            }
        }

        private boolean isRunning() {
            return attempt == this && state == State.RUNNING;
        }

        private void listen(Flow.Publisher<?> published) {
            if (!with.graph().kind(spec).streams()) {
                giveUp(new StageFailure(
                        Reason.BROKEN, "the stage '" + spec.name() + "' came in parts, which its kind does not"));
                return;
            }
            PartStream stream = new PartStream(new Telling(this));
            parts = stream;
            published.subscribe(stream);
        }
    }

    /** Hears of the parts, on whatever thread they come. */
    private final class Telling implements PartStream.Ends {

        private final Attempt of;

        Telling(Attempt of) {
            this.of = of;
        }

        @Override
        public void begun() {
            turn.execute(() -> {
                PartStream stream = parts;
                if (attempt == of && state == State.RUNNING && stream != null) {
                    state = State.TELLING;
                    Runnable late = deadline;
                    deadline = null;
                    if (late != null) {
                        late.run();
                    }
                    progress.hasParts(StageRun.this, stream);
                }
            });
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            turn.execute(() -> {
                if (attempt != of) {
                    return;
                }
                if (state == State.RUNNING && failure != null) {
                    giveUp(failure);
                } else if (state == State.TELLING) {
                    Outcome how = failure == null ? new Outcome.Done() : new Outcome.Failed(failure);
                    end(how);
                    progress.told(StageRun.this, how);
                }
            });
        }

        @Override
        public void unread() {
            turn.execute(() -> {
                if (attempt == of && state == State.TELLING) {
                    end(new Outcome.Cancelled());
                    progress.told(StageRun.this, new Outcome.Cancelled());
                }
            });
        }
    }
}
