// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import dev.rivulet.graph.InvalidGraphException.Flaw;
import dev.rivulet.graph.Kind.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds all that is wrong with a graph, by the kinds of stages that there are. Used once. */
final class GraphCheck {

    private static final int MOST_STAGES = 1_000;
    private static final int MOST_AT_ONCE = 10_000;
    private static final int MOST_WAITING = 100_000;

    private final GraphSpec graph;
    private final Map<String, Kind> kinds;
    private final Map<String, StageSpec> stages = new LinkedHashMap<>();
    private final Map<String, String> standsFor = new HashMap<>();
    private final List<Flaw> flaws = new ArrayList<>();

    GraphCheck(GraphSpec graph, Map<String, Kind> kinds) {
        this.graph = graph;
        this.kinds = kinds;
    }

    List<Flaw> flaws() {
        names();
        stages.values().forEach(this::stage);
        stages.values().forEach(this::fallback);
        stages.values().forEach(this::readers);
        whole();
        new CycleSearch(stages)
                .cycle()
                .ifPresent(cycle -> flaw(
                        cycle.getFirst(),
                        "waits for itself: " + String.join(" -> ", cycle),
                        "Take one of these inputs or fallbacks away"));
        return List.copyOf(flaws);
    }

    private void names() {
        for (StageSpec stage : graph.stages()) {
            if (stage.name().isBlank()) {
                flaw(graph.name(), "a stage has no name", "Name it");
            } else if (graph.inputs().containsKey(stage.name())) {
                flaw(stage.name(), "has the name of an input of the job", "Give it a name of its own");
            } else if (stages.putIfAbsent(stage.name(), stage) != null) {
                flaw(stage.name(), "is declared twice", "Give each stage a name of its own");
            }
        }
    }

    private void stage(StageSpec stage) {
        limits(stage);
        Kind kind = kinds.get(stage.kind());
        if (kind == null) {
            flaw(
                    stage.name(),
                    "is of kind '" + stage.kind() + "', which there is not",
                    "Take one of " + new TreeSet<>(kinds.keySet()));
            return;
        }
        if (kind.needsModel() && (stage.model() == null || stage.model().isBlank())) {
            flaw(stage.name(), "names no model, and the kind '" + kind.name() + "' asks one", "Name its model");
        }
        if (!kind.needsModel() && stage.model() != null) {
            flaw(
                    stage.name(),
                    "names the model '" + stage.model() + "', and the kind '" + kind.name() + "' asks none",
                    "Leave the model out");
        }
        new TreeMap<>(kind.ports()).forEach((name, port) -> {
            if (port.required() && !stage.inputs().containsKey(name)) {
                flaw(stage.name(), "lacks the input '" + name + "'", "Say whose " + port.type() + " it takes");
            }
        });
        new TreeMap<>(stage.inputs()).forEach((name, source) -> input(stage, kind, name, source));
    }

    private void limits(StageSpec stage) {
        if (stage.deadline().toNanos() <= 0) {
            flaw(stage.name(), "has a deadline of " + stage.deadline(), "Give it more than none");
        }
        if (stage.concurrency() < 1 || stage.concurrency() > MOST_AT_ONCE) {
            flaw(stage.name(), "has a concurrency of " + stage.concurrency(), "Give it 1 to " + MOST_AT_ONCE);
        }
        if (stage.queue() < 0 || stage.queue() > MOST_WAITING) {
            flaw(stage.name(), "has a queue of " + stage.queue(), "Give it 0 to " + MOST_WAITING);
        }
    }

    private void input(StageSpec stage, Kind kind, String name, String source) {
        Port port = kind.ports().get(name);
        if (port == null) {
            flaw(
                    stage.name(),
                    "has an input '" + name + "', which the kind '" + kind.name() + "' does not take",
                    "It takes " + new TreeSet<>(kind.ports().keySet()));
            return;
        }
        StageSpec from = stages.get(source);
        Kind given = from == null ? null : kinds.get(from.kind());
        String type = given == null ? graph.inputs().get(source) : given.gives();
        if (from == null && type == null) {
            Set<String> known = new TreeSet<>(graph.inputs().keySet());
            known.addAll(stages.keySet());
            flaw(
                    stage.name(),
                    "takes '" + name + "' from '" + source + "', which there is not",
                    "Take it from one of " + known);
        } else if (type != null && !type.equals(port.type())) {
            flaw(
                    stage.name(),
                    "takes '" + name + "' from '" + source + "', which gives " + type + ", not " + port.type(),
                    "Take it from what gives " + port.type());
        }
        if (given != null && given.streams()) {
            flaw(
                    stage.name(),
                    "takes '" + name + "' from '" + source + "', whose value comes in parts",
                    "Only readers are told those");
        }
        if (from != null && from.fallback() instanceof Fallback.Skip && port.required()) {
            flaw(
                    stage.name(),
                    "needs '" + name + "' of '" + source + "', which may be skipped",
                    "Give '" + source + "' another fallback");
        }
    }

    private void fallback(StageSpec stage) {
        switch (stage.fallback()) {
            case Fallback.None none -> {}
            case Fallback.Skip skip -> {}
            case Fallback.Value value -> literal(stage, value.text());
            case Fallback.Stage other -> spare(stage, other.name());
        }
    }

    private void literal(StageSpec stage, String text) {
        Kind kind = kinds.get(stage.kind());
        if (kind == null) {
            return;
        }
        if (kind.literal() == null) {
            flaw(stage.name(), "falls back to a value, and its kind has none that can be written", "Name a stage");
            return;
        }
        try {
            Object unused = kind.literal().apply(text);
        } catch (RuntimeException e) {
            flaw(stage.name(), "falls back to a value that is no " + kind.gives() + ": " + e.getMessage(), "Mend it");
        }
    }

    private void spare(StageSpec stage, String name) {
        StageSpec spare = stages.get(name);
        if (spare == null) {
            flaw(stage.name(), "falls back to '" + name + "', which is no stage", "Name one of " + stages.keySet());
            return;
        }
        String other = standsFor.putIfAbsent(name, stage.name());
        if (other != null) {
            flaw(name, "is the fallback of '" + other + "' and of '" + stage.name() + "'", "Declare one for each");
        }
        if (spare.output()) {
            flaw(name, "is a fallback and an output", "It is told for '" + stage.name() + "': leave 'output' out");
        }
        Kind given = kinds.get(spare.kind());
        Kind wanted = kinds.get(stage.kind());
        if (given != null && wanted != null && !given.gives().equals(wanted.gives())) {
            flaw(
                    stage.name(),
                    "gives " + wanted.gives() + " and falls back to '" + name + "', which gives " + given.gives(),
                    "Name a stage that gives " + wanted.gives());
        }
    }

    private void readers(StageSpec stage) {
        Kind kind = kinds.get(stage.kind());
        boolean spare = standsFor.containsKey(stage.name());
        if (kind != null && kind.streams() && !isTold(stage.name())) {
            flaw(stage.name(), "comes in parts and nobody reads it", "Make it an output");
        }
        boolean read = stage.output()
                || spare
                || stages.values().stream().anyMatch(other -> other.inputs().containsValue(stage.name()));
        if (!read) {
            flaw(stage.name(), "gives a value that nobody takes", "Make it an output, or leave it out");
        }
        stages.values().stream()
                .filter(other -> spare && other.inputs().containsValue(stage.name()))
                .filter(other -> !standsFor.containsKey(other.name()))
                .forEach(other -> flaw(
                        other.name(),
                        "takes an input from '" + stage.name() + "', which runs as a fallback alone",
                        "Take it from '" + standsFor.get(stage.name()) + "'"));
    }

    /** Whether readers are told its value, or what it stands in for. */
    private boolean isTold(String name) {
        String shown = name;
        for (int steps = 0; standsFor.containsKey(shown) && steps < stages.size(); steps++) {
            shown = standsFor.get(shown);
        }
        StageSpec stage = stages.get(shown);
        return stage != null && stage.output();
    }

    private void whole() {
        if (stages.size() > MOST_STAGES) {
            flaw(graph.name(), "has " + stages.size() + " stages", "Leave it at " + MOST_STAGES);
        }
        if (stages.values().stream().noneMatch(StageSpec::output)) {
            flaw(graph.name(), "has no output", "Say 'output' of the stages whose values are told");
        }
        if (graph.deadline().toNanos() <= 0 || graph.grace().isNegative()) {
            flaw(graph.name(), "has a deadline of " + graph.deadline(), "Give it more than none, and a grace");
        }
        Set<String> unused = new HashSet<>(graph.inputs().keySet());
        stages.values().forEach(stage -> unused.removeAll(stage.inputs().values()));
        new TreeSet<>(unused)
                .forEach(name -> flaw(graph.name(), "has an input '" + name + "' that no stage takes", "Leave it out"));
    }

    private void flaw(String stage, String what, String mend) {
        flaws.add(new Flaw(stage, what, mend));
    }
}
