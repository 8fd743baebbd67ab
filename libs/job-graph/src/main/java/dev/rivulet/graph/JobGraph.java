// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A graph that can be run: all its names are known, its types fit, and nothing waits for itself. Immutable. */
public final class JobGraph {

    private final GraphSpec spec;
    private final Map<String, StageSpec> stages = new LinkedHashMap<>();
    private final Map<String, Kind> kinds;
    private final Map<String, String> standsFor = new HashMap<>();

    private JobGraph(GraphSpec spec, Map<String, Kind> kinds) {
        this.spec = spec;
        this.kinds = kinds;
        spec.stages().forEach(stage -> stages.put(stage.name(), stage));
        spec.stages().forEach(stage -> {
            if (stage.fallback() instanceof Fallback.Stage spare) {
                standsFor.put(spare.name(), stage.name());
            }
        });
    }

    /**
     * Checks a graph.
     *
     * @param kinds the kinds of stages that there are
     * @throws InvalidGraphException with all that is wrong: names, types, cycles, models, limits
     */
    public static JobGraph of(GraphSpec spec, List<Kind> kinds) {
        Map<String, Kind> known = kinds.stream().collect(Collectors.toMap(Kind::name, Function.identity()));
        List<InvalidGraphException.Flaw> flaws = new GraphCheck(spec, known).flaws();
        if (!flaws.isEmpty()) {
            throw new InvalidGraphException(spec.name(), flaws);
        }
        return new JobGraph(spec, known);
    }

    public GraphSpec spec() {
        return spec;
    }

    /** The stages in the order of their declaration. */
    public List<StageSpec> stages() {
        return List.copyOf(stages.values());
    }

    Optional<StageSpec> find(String name) {
        return Optional.ofNullable(stages.get(name));
    }

    Kind kind(StageSpec stage) {
        Kind kind = kinds.get(stage.kind());
        if (kind == null) {
            throw new IllegalStateException("a checked graph knows the kind of " + stage.name());
        }
        return kind;
    }

    /** The stage for which this one stands in where that fails; empty for one that runs in every job. */
    public Optional<String> standsFor(String stage) {
        return Optional.ofNullable(standsFor.get(stage));
    }
}
