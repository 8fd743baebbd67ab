package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.AssistantProperties.StageSettings;
import dev.rivulet.graph.Fallback;
import dev.rivulet.graph.GraphSpec;
import dev.rivulet.graph.JobGraph;
import dev.rivulet.graph.Kind;
import dev.rivulet.graph.StageSpec;
import java.util.List;
import java.util.Map;

/** Reads the graph of the assistant from its settings. */
final class GraphSettings {

    private static final String OFF = "off";
    private static final String STAGE = "stage:";
    private static final String VALUE = "value:";

    private GraphSettings() {}

    /**
     * The graph as it is to be run.
     *
     * @throws dev.rivulet.graph.InvalidGraphException with all that is wrong with it
     */
    static JobGraph graph(AssistantProperties settings, List<Kind> kinds) {
        List<StageSpec> stages = settings.stages().entrySet().stream()
                .filter(stage -> !stage.getValue().kind().equals(OFF))
                .map(stage -> stage(stage.getKey(), stage.getValue(), settings.outputs()))
                .toList();
        if (settings.outputs().isEmpty()) {
            throw new IllegalArgumentException(
                    "rivulet.assistant.outputs names no stage. Name those whose values are told.");
        }
        for (String output : settings.outputs()) {
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
