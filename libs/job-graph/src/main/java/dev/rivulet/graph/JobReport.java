// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a job went.
 *
 * @param job its id
 * @param stages every stage of the graph, in the order of declaration
 * @param nanos from its start until its last stage had ended
 */
public record JobReport(String job, Map<String, StageReport> stages, long nanos) {

    public JobReport {
        stages = new LinkedHashMap<>(stages);
    }

    /**
     * How one stage went. Times are nanoseconds after the start of the job, 0 where it never got so far.
     *
     * @param readyAt its inputs were there
     * @param beganAt it had its place
     * @param endedAt it ended; of one that comes in parts, the last part
     */
    public record StageReport(Outcome outcome, long readyAt, long beganAt, long endedAt) {

        /** How long it took, waiting for a place included. */
        public long nanos() {
            return endedAt - readyAt;
        }
    }

    /**
     * The longest sum of times along the inputs and fallbacks of the graph: no run can be shorter, and one that wastes nothing is as
     * long.
     */
    public long longestPath(JobGraph graph) {
        Paths paths = new Paths(graph);
        return graph.stages().stream().mapToLong(paths::value).max().orElse(0);
    }

    /** Sums of times up to the ends of stages. */
    private final class Paths {

        private final JobGraph graph;
        private final Map<String, Long> known = new HashMap<>();

        Paths(JobGraph graph) {
            this.graph = graph;
        }

        /** Until there is a value, its own or another's. */
        long value(StageSpec stage) {
            StageReport own = stages.get(stage.name());
            boolean replaced = own != null
                    && !(own.outcome() instanceof Outcome.Done)
                    && !(own.outcome() instanceof Outcome.TakenUp)
                    && stage.fallback() instanceof Fallback.Stage;
            return stage.fallback() instanceof Fallback.Stage spare && replaced
                    ? Math.max(
                            own(stage),
                            graph.find(spare.name()).map(this::value).orElse(0L))
                    : own(stage);
        }

        /** Until it has ended itself. */
        private long own(StageSpec stage) {
            Long before = known.get(stage.name());
            if (before != null) {
                return before;
            }
            long longest = graph.standsFor(stage.name())
                    .flatMap(graph::find)
                    .map(this::own)
                    .orElse(0L);
            for (String source : stage.inputs().values()) {
                longest = Math.max(longest, graph.find(source).map(this::value).orElse(0L));
            }
            StageReport report = stages.get(stage.name());
            long until = report == null ? 0 : longest + report.nanos();
            known.put(stage.name(), until);
            return until;
        }
    }
}
