// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import dev.rivulet.graph.CheckpointStore.Claim;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What earlier runs of a job have left, and what this one leaves; nothing for a job that nobody takes up. */
final class JobHistory {

    private final Optional<String> key;
    private final GraphExecutor with;
    /** Stages that this run was the first to begin: what comes of them has to be known to the next. */
    private final Set<String> acting = ConcurrentHashMap.newKeySet();

    JobHistory(Optional<String> key, GraphExecutor with) {
        this.key = key;
        this.with = with;
    }

    /** Tells the values that were left, by stage, once they are there; none where there are none or the store can't be asked. */
    void find(Map<String, Object> inputs, Consumer<Map<String, Object>> then) {
        if (key.isEmpty()) {
            then.accept(Map.of());
            return;
        }
        with.checkpoints()
                .found(key.get())
                .whenComplete((left, failure) -> then.accept(failure == null ? read(left, inputs) : Map.of()));
    }

    private Map<String, Object> read(Map<String, byte[]> left, Map<String, Object> inputs) {
        Map<String, Object> values = new HashMap<>();
        left.forEach((name, written) -> with.graph()
                .find(name)
                .ifPresent(stage -> form(stage).ifPresent(form -> {
                    try {
                        values.put(name, form.read(written, stage, inputs));
                    } catch (RuntimeException unreadable) {
                        // Of another release, or damaged: as if it were not there.
                        values.remove(name);
                    }
                })));
        return values;
    }

    private Optional<Again.Form> form(StageSpec stage) {
        return switch (with.graph().kind(stage).again()) {
            case Again.Anew anew -> Optional.empty();
            case Again.Kept kept -> Optional.of(kept.form());
            case Again.Once once -> Optional.of(once.form());
        };
    }

    /** Asks whether a stage may begin; empty for one that may begin as often as it likes. */
    Optional<CompletionStage<Claim>> claim(StageSpec stage, Map<String, Object> inputs) {
        if (key.isEmpty() || !(with.graph().kind(stage).again() instanceof Again.Once once) || !acts(once, inputs)) {
            return Optional.empty();
        }
        acting.add(stage.name());
        return Optional.of(with.checkpoints().claim(key.get(), stage.name()));
    }

    private static boolean acts(Again.Once once, Map<String, Object> inputs) {
        try {
            return once.acts().test(inputs);
        } catch (RuntimeException undecided) {
            return true;
        }
    }

    /** A stage has ended with its own value. */
    void keep(StageSpec stage, Object value) {
        boolean wanted = !(with.graph().kind(stage).again() instanceof Again.Once) || acting.contains(stage.name());
        if (key.isPresent() && wanted) {
            form(stage).flatMap(form -> written(form, value)).ifPresent(written -> {
                var unused = with.checkpoints().keep(key.get(), stage.name(), written);
            });
        }
    }

    /** Empty for a value that can't be written: the next run does without. */
    private static Optional<byte[]> written(Again.Form form, Object value) {
        try {
            return Optional.of(form.write(value));
        } catch (RuntimeException unwritable) {
            return Optional.empty();
        }
    }

    /** The job has ended; what it has done is known on, so that a run whose answer was lost does not do it again. */
    void ended() {
        if (key.isPresent()) {
            Set<String> once = with.graph().stages().stream()
                    .filter(stage -> with.graph().kind(stage).again() instanceof Again.Once)
                    .map(StageSpec::name)
                    .collect(Collectors.toUnmodifiableSet());
            var unused = with.checkpoints().drop(key.get(), once);
        }
    }
}
