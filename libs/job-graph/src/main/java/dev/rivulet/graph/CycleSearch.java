// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Looks for stages that wait for themselves, by their inputs or their fallbacks. Depth first, without recursion. */
final class CycleSearch {

    private enum Colour {
        OPEN,
        DONE
    }

    private final Map<String, StageSpec> stages;
    private final Map<String, Colour> seen = new HashMap<>();

    CycleSearch(Map<String, StageSpec> stages) {
        this.stages = stages;
    }

    /** The stages of one cycle, the first of them at its end again; empty if there is none. */
    Optional<List<String>> cycle() {
        return stages.keySet().stream()
                .map(this::from)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<List<String>> from(String start) {
        List<String> path = new ArrayList<>();
        List<List<String>> left = new ArrayList<>();
        enter(start, path, left);
        while (!left.isEmpty()) {
            List<String> next = left.getLast();
            if (next.isEmpty()) {
                left.removeLast();
                seen.put(path.removeLast(), Colour.DONE);
                continue;
            }
            String name = next.removeLast();
            if (seen.get(name) == Colour.OPEN) {
                List<String> cycle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
                cycle.add(name);
                return Optional.of(cycle);
            }
            enter(name, path, left);
        }
        return Optional.empty();
    }

    private void enter(String name, List<String> path, List<List<String>> left) {
        if (!seen.containsKey(name)) {
            seen.put(name, Colour.OPEN);
            path.add(name);
            left.add(waitsFor(name));
        }
    }

    private List<String> waitsFor(String name) {
        StageSpec stage = stages.get(name);
        List<String> names = new ArrayList<>();
        if (stage != null) {
            new TreeSet<>(stage.inputs().values())
                    .stream().filter(stages::containsKey).forEach(names::add);
            if (stage.fallback() instanceof Fallback.Stage spare && stages.containsKey(spare.name())) {
                names.add(spare.name());
            }
        }
        return names;
    }
}
