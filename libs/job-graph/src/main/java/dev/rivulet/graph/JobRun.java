// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import dev.rivulet.graph.JobReport.StageReport;
import dev.rivulet.graph.StageFailure.Reason;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** One job: begins stages as their inputs come, lets others stand in for those that fail, and ends when all have ended. */
final class JobRun implements StageRun.Progress {

    private final String id;
    private final GraphExecutor with;
    private final JobHistory history;
    private final JobGraph graph;
    private final Map<String, Object> inputs;
    private final JobReader reader;
    private final SerialQueue turn = new SerialQueue();
    private final Map<String, StageRun> stages = new LinkedHashMap<>();
    private final long beganAt;
    private @Nullable Runnable deadline;
    private Map<String, Object> left = Map.of();
    private boolean opening = true;
    private boolean late;
    private boolean over;
    private boolean ended;

    JobRun(String id, GraphExecutor with, JobHistory history, Map<String, Object> inputs, JobReader reader) {
        this.id = id;
        this.with = with;
        this.history = history;
        this.graph = with.graph();
        this.inputs = inputs;
        this.reader = reader;
        this.beganAt = with.now();
        for (StageSpec stage : graph.stages()) {
            stages.put(stage.name(), new StageRun(stage, id, with, turn, this, beganAt));
        }
    }

    void begin() {
        turn.execute(() -> {
            deadline = with.timer().after(graph.spec().deadline(), () -> turn.execute(this::tooLate));
            history.find(inputs, values -> turn.execute(() -> opened(values)));
        });
    }

    /** What earlier runs have left is known, unless it came too late. */
    private void opened(Map<String, Object> values) {
        if (opening) {
            opening = false;
            left = values;
            advance();
        }
    }

    void cancel() {
        turn.execute(() -> close(Cut.CANCELLED, new StageFailure(Reason.CANCELLED, "the job was cancelled")));
    }

    /** Stages that run in every job are cut off; what stands in for them has its grace. */
    private void tooLate() {
        if (ended || over) {
            return;
        }
        late = true;
        opening = false;
        StageFailure failure = lateFailure();
        deadline =
                with.timer().after(graph.spec().grace(), () -> turn.execute(() -> close(Cut.DEADLINE, lateFailure())));
        stages.values().stream()
                .filter(stage -> graph.standsFor(stage.spec().name()).isEmpty())
                .toList()
                .forEach(stage -> stage.cut(Cut.DEADLINE, failure));
        advance();
    }

    private StageFailure lateFailure() {
        return new StageFailure(
                Reason.DEADLINE,
                "the job did not end within " + graph.spec().deadline().toMillis() + " ms");
    }

    private void close(Cut why, StageFailure failure) {
        if (ended || over) {
            return;
        }
        over = true;
        stages.values().stream()
                .filter(stage -> stage.isIdle() && !isNeeded(stage))
                .forEach(stage -> stage.end(new Outcome.Unused()));
        stages.values().forEach(stage -> stage.cut(why, failure));
        Outcome how = why == Cut.CANCELLED ? new Outcome.Cancelled() : new Outcome.Failed(failure);
        stages.values().forEach(stage -> stage.end(how));
        finish();
    }

    /** Begins whatever can begin, and ends the job where nothing is left. */
    private void advance() {
        if (over || ended || opening) {
            return;
        }
        boolean again = false;
        for (StageRun stage : List.copyOf(stages.values())) {
            if (stage.isIdle() && isNeeded(stage) && !isTooLate(stage)) {
                if (isTakenUp(stage)) {
                    again = true;
                } else {
                    look(stage);
                }
            }
        }
        if (again) {
            advance();
            return;
        }
        boolean open = stages.values().stream().anyMatch(stage -> !stage.hasEnded() && isNeeded(stage));
        if (!open) {
            stages.values().forEach(stage -> stage.end(new Outcome.Unused()));
            finish();
        }
    }

    /** One that stands in for another is needed once that has failed, and no longer once that has ended. */
    private boolean isNeeded(StageRun stage) {
        return graph.standsFor(stage.spec().name())
                .map(owner -> run(owner).isReplaced())
                .orElse(true);
    }

    /** One that is about to be cut off. */
    private boolean isTooLate(StageRun stage) {
        return late && graph.standsFor(stage.spec().name()).isEmpty();
    }

    /** One whose value an earlier run has left, and that fits into the store, has it now. */
    private boolean isTakenUp(StageRun stage) {
        Object value = left.get(stage.spec().name());
        if (value == null || !with.store().put(id, stage.spec().name(), value)) {
            return false;
        }
        stage.takeUp();
        given(stage, value);
        return true;
    }

    @Override
    public Optional<CompletionStage<CheckpointStore.Claim>> claim(StageRun stage, Map<String, Object> values) {
        return history.claim(stage.spec(), values);
    }

    private void look(StageRun stage) {
        Map<String, Object> values = new HashMap<>();
        for (Map.Entry<String, String> input : stage.spec().inputs().entrySet()) {
            String source = input.getValue();
            Object brought = inputs.get(source);
            if (brought != null) {
                values.put(input.getKey(), brought);
                continue;
            }
            StageRun from = run(source);
            Outcome outcome = from.outcome();
            if (outcome == null) {
                return;
            }
            Optional<Object> value = outcome.hasValue() ? with.store().get(id, source) : Optional.empty();
            value.ifPresent(one -> values.put(input.getKey(), one));
            if (value.isEmpty() && !(outcome instanceof Outcome.Skipped)) {
                stage.starved(new StageFailure(
                        Reason.INPUT_MISSING,
                        "the stage '" + stage.spec().name() + "' lacks the value of '" + source + "'",
                        from.ownFailure()));
                return;
            }
        }
        stage.begin(values);
    }

    private StageRun run(String stage) {
        return Objects.requireNonNull(stages.get(stage));
    }

    @Override
    public void hasValue(StageRun stage, Object value) {
        if (!with.store().put(id, stage.spec().name(), value)) {
            stage.cut(
                    Cut.CANCELLED,
                    new StageFailure(
                            Reason.VALUE_TOO_LARGE,
                            "the value of the stage '" + stage.spec().name()
                                    + "' does not fit into the context store"));
            return;
        }
        history.keep(stage.spec(), value);
        stage.end(new Outcome.Done());
        given(stage, value);
        advance();
    }

    /** The readers are told, and so is the stage for which this one stands in. */
    private void given(StageRun stage, Object value) {
        if (stage.spec().output()) {
            tell(() -> reader.value(stage.spec().name(), value));
        }
        graph.standsFor(stage.spec().name()).map(this::run).ifPresent(owner -> {
            with.store().put(id, owner.spec().name(), value);
            owner.end(new Outcome.FellBack(reason(owner)));
            given(owner, value);
        });
    }

    private static Throwable reason(StageRun stage) {
        Throwable why = stage.ownFailure();
        return why == null ? new IllegalStateException("replaced without a reason") : why;
    }

    @Override
    public void hasParts(StageRun stage, Flow.Publisher<Object> parts) {
        tell(() -> reader.parts(shownAs(stage).spec().name(), parts));
    }

    private StageRun shownAs(StageRun stage) {
        return graph.standsFor(stage.spec().name())
                .map(owner -> shownAs(run(owner)))
                .orElse(stage);
    }

    @Override
    public void told(StageRun stage, Outcome outcome) {
        graph.standsFor(stage.spec().name()).map(this::run).ifPresent(owner -> {
            Outcome how = outcome instanceof Outcome.Done ? new Outcome.FellBack(reason(owner)) : outcome;
            owner.end(how);
            told(owner, how);
        });
        advance();
    }

    @Override
    public void left(StageRun stage, Outcome outcome) {
        tell(() -> reader.left(stage.spec().name(), outcome));
    }

    @Override
    public void gaveNone(StageRun stage, Throwable why) {
        if (over) {
            return;
        }
        switch (stage.spec().fallback()) {
            case Fallback.None none -> failed(stage, why);
            case Fallback.Skip skip -> stage.end(new Outcome.Skipped(why));
            case Fallback.Value value -> written(stage, value.text(), why);
            case Fallback.Stage other -> {}
        }
        advance();
    }

    private void written(StageRun stage, String text, Throwable why) {
        var literal = Objects.requireNonNull(graph.kind(stage.spec()).literal());
        Object value = literal.apply(text);
        if (with.store().put(id, stage.spec().name(), value)) {
            stage.end(new Outcome.FellBack(why));
            given(stage, value);
        } else {
            failed(stage, why);
        }
    }

    private void failed(StageRun stage, Throwable why) {
        stage.end(new Outcome.Failed(why));
        graph.standsFor(stage.spec().name()).map(this::run).ifPresent(owner -> failed(owner, reason(owner)));
    }

    private void tell(Runnable what) {
        if (over) {
            return;
        }
        try {
            what.run();
        } catch (RuntimeException e) {
            cancel();
        }
    }

    private void finish() {
        if (ended) {
            return;
        }
        ended = true;
        Runnable timer = deadline;
        deadline = null;
        if (timer != null) {
            timer.run();
        }
        with.store().drop(id);
        if (!over && !late) {
            history.ended();
        }
        Map<String, StageReport> reports = new LinkedHashMap<>();
        stages.forEach((name, stage) -> reports.put(name, stage.report()));
        reader.ended(new JobReport(id, reports, with.now() - beganAt));
    }
}
