// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import dev.rivulet.graph.Kind.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Graphs of one type of value, drawn at random, all of which pass the check. */
final class RandomGraph {

    static final int MOST_PORTS = 4;

    private final RandomGenerator random;
    private final boolean calm;

    /** @param calm whether deadlines are far away and nothing stands in for anything */
    RandomGraph(RandomGenerator random, boolean calm) {
        this.random = random;
        this.calm = calm;
    }

    static List<Kind> kinds() {
        Map<String, Port> ports = new HashMap<>();
        for (int port = 0; port < MOST_PORTS; port++) {
            ports.put("p" + port, Port.optional("value"));
        }
        return List.of(
                new Kind("whole", ports, "value", false, false, text -> text),
                new Kind("parts", ports, "value", false, true, text -> text));
    }

    JobGraph draw() {
        List<StageSpec> stages = new ArrayList<>();
        List<String> sources = new ArrayList<>(List.of("question"));
        int count = 1 + random.nextInt(9);
        for (int i = 0; i < count; i++) {
            String name = "s" + i;
            Fallback fallback = calm ? Fallback.NONE : fallback(stages, name, sources);
            stages.add(stage(name, "whole", sources, fallback, true));
            sources.add(name);
        }
        Fallback fallback = calm ? Fallback.NONE : fallback(stages, "told", sources);
        stages.add(stage("told", "parts", sources, fallback, true));
        return JobGraph.of(
                new GraphSpec(
                        "random",
                        Map.of("question", "value"),
                        stages,
                        Duration.ofMillis(calm ? 1_000_000 : 100 + random.nextInt(400)),
                        Duration.ofMillis(random.nextInt(100))),
                kinds());
    }

    private Fallback fallback(List<StageSpec> stages, String owner, List<String> sources) {
        return switch (random.nextInt(4)) {
            case 0 -> Fallback.NONE;
            case 1 -> Fallback.SKIP;
            case 2 -> new Fallback.Value("written");
            default -> {
                String spare = owner + "-spare";
                boolean parts = random.nextBoolean();
                Fallback own = random.nextInt(3) == 0 ? fallback(stages, spare, sources) : Fallback.NONE;
                stages.add(stage(spare, parts ? "parts" : "whole", sources, own, false));
                yield new Fallback.Stage(spare);
            }
        };
    }

    private StageSpec stage(String name, String kind, List<String> sources, Fallback fallback, boolean output) {
        Map<String, String> inputs = new HashMap<>();
        inputs.put("p0", random.nextInt(3) == 0 ? "question" : sources.get(random.nextInt(sources.size())));
        for (int port = 1; port < MOST_PORTS; port++) {
            if (random.nextInt(3) == 0) {
                inputs.put("p" + port, sources.get(random.nextInt(sources.size())));
            }
        }
        if (name.equals("s0")) {
            inputs.put("p3", "question");
        }
        return new StageSpec(
                name,
                kind,
                null,
                inputs,
                Duration.ofMillis(calm ? 1_000_000 : 20 + random.nextInt(200)),
                fallback,
                output,
                calm ? 1_000 : 1 + random.nextInt(3),
                calm ? 1_000 : random.nextInt(4));
    }
}
