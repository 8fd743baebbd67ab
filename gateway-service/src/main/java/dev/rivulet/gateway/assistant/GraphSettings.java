// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.AssistantProperties.Fusion;
import dev.rivulet.gateway.assistant.AssistantProperties.StageSettings;
import dev.rivulet.graph.Fallback;
import dev.rivulet.graph.GraphSpec;
import dev.rivulet.graph.JobGraph;
import dev.rivulet.graph.Kind;
import dev.rivulet.graph.StageSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the graph of the assistant from its settings. */
final class GraphSettings {

    private static final String OFF = "off";
    private static final String NONE = "none";
    private static final String STAGE = "stage:";
    private static final String VALUE = "value:";

    private GraphSettings() {}

    /**
     * What is told and the stages, with what the fusion that is set says over them.
     *
     * @throws IllegalArgumentException if there is no such fusion
     */
    static Fusion fused(AssistantProperties settings) {
        Fusion over = settings.fusions().get(settings.fusion());
        if (over == null && settings.fusion().equals(NONE)) {
            over = new Fusion(List.of(), Map.of());
        }
        if (over == null) {
            throw new IllegalArgumentException("rivulet.assistant.fusion is '" + settings.fusion() + "'. Say " + NONE
                    + " or one of " + new TreeSet<>(settings.fusions().keySet()) + ".");
        }
        Map<String, StageSettings> stages = new TreeMap<>(settings.stages());
        stages.putAll(over.stages());
        return new Fusion(over.outputs().isEmpty() ? settings.outputs() : over.outputs(), stages);
    }

    /**
     * The graph as it is to be run.
     *
     * @throws dev.rivulet.graph.InvalidGraphException with all that is wrong with it
     */
    static JobGraph graph(AssistantProperties settings, List<Kind> kinds) {
        Fusion fused = fused(settings);
        List<StageSpec> stages = fused.stages().entrySet().stream()
                .filter(stage -> !stage.getValue().kind().equals(OFF))
                .map(stage -> stage(stage.getKey(), stage.getValue(), fused.outputs()))
                .toList();
        if (fused.outputs().isEmpty()) {
            throw new IllegalArgumentException(
                    "rivulet.assistant.outputs names no stage. Name those whose values are told.");
        }
        for (String output : fused.outputs()) {
            if (stages.stream().noneMatch(stage -> stage.name().equals(output))) {
                throw new IllegalArgumentException("rivulet.assistant.outputs names '" + output
                        + "', which is no stage. Declare it under rivulet.assistant.stages, or leave it out.");
            }
        }
        return JobGraph.of(
                new GraphSpec(
                        settings.name(),
                        Map.of(Values.QUESTION, Values.QUESTION),
                        stages,
                        settings.deadline(),
                        settings.grace()),
                kinds);
    }

    private static StageSpec stage(String name, StageSettings stage, List<String> outputs) {
        return new StageSpec(
                name,
                stage.kind(),
                stage.model(),
                stage.inputs(),
                stage.deadline(),
                fallback(name, stage.fallback()),
                outputs.contains(name),
                stage.concurrency(),
                stage.queue());
    }

    private static Fallback fallback(String name, String text) {
        if (text.startsWith(STAGE)) {
            return new Fallback.Stage(text.substring(STAGE.length()));
        }
        if (text.startsWith(VALUE)) {
            return new Fallback.Value(text.substring(VALUE.length()));
        }
        return switch (text) {
            case "none" -> Fallback.NONE;
            case "skip" -> Fallback.SKIP;
            default ->
                throw new IllegalArgumentException("rivulet.assistant.stages." + name + ".fallback is '" + text
                        + "'. Say none, skip, stage:NAME or value:TEXT.");
        };
    }
}
