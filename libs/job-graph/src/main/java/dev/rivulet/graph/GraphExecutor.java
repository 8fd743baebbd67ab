// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Runs jobs of one graph. A stage begins as soon as its inputs are there and it has a place; its work begins on the executor. What
 * a job's stages tell is taken one thing at a time, on whichever thread tells it. Safe for use by many threads.
 */
public final class GraphExecutor {

    private final JobGraph graph;
    private final Map<String, Stage> works;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Executor workers;
    private final Timer timer;
    private final ContextStore store;
    private final CheckpointStore checkpoints;
    private final StageWatch watch;
    private final LongSupplier nanos;

    /**
     * @param works what stages do, by the name of the kind; all kinds of the graph
     * @param workers where work begins; what blocks wants a thread of its own for each, such as a virtual one
     * @param store of the values of jobs that run here
     * @param checkpoints shared with those who may take up a job
     * @param nanos a monotonic clock
     */
    public GraphExecutor(
            JobGraph graph,
            Map<String, Stage> works,
            Executor workers,
            Timer timer,
            ContextStore store,
            CheckpointStore checkpoints,
            StageWatch watch,
            LongSupplier nanos) {
        this.graph = graph;
        this.works = Map.copyOf(works);
        this.workers = workers;
        this.timer = timer;
        this.store = store;
        this.checkpoints = checkpoints;
        this.watch = watch;
        this.nanos = nanos;
        for (StageSpec stage : graph.stages()) {
            if (!this.works.containsKey(stage.kind())) {
                throw new IllegalArgumentException("stage '" + stage.name() + "' is of kind '" + stage.kind()
                        + "', and nothing is given that does it");
            }
            lanes.put(stage.name(), new Lane(stage.concurrency(), stage.queue()));
        }
    }

    /** A job that runs. */
    public interface Job {

        /** Stops all its stages; its reader is told of no more values, and of its end. Does nothing where it has ended. */
        void cancel();
    }

    /**
     * Begins a job. Its reader may hear of values before this returns.
     *
     * @param id of its own: values lie in the store under it
     * @param inputs what the graph says that a job brings
     * @throws IllegalArgumentException if an input is missing or unknown
     */
    public Job start(String id, Map<String, Object> inputs, JobReader reader) {
        return start(id, Optional.empty(), inputs, reader);
    }

    /**
     * Begins a job, or takes it up where an earlier run of it has left off: stages whose values were kept are not run again.
     *
     * @param id of this run: values lie in the store under it
     * @param key of the job in all its runs, which nobody else can come to know; empty for one that nobody takes up
     * @param inputs what the graph says that a job brings
     * @throws IllegalArgumentException if an input is missing or unknown
     */
    public Job start(String id, Optional<String> key, Map<String, Object> inputs, JobReader reader) {
        if (!inputs.keySet().equals(graph.spec().inputs().keySet())) {
            throw new IllegalArgumentException("a job of '" + graph.spec().name() + "' brings "
                    + new TreeSet<>(graph.spec().inputs().keySet()) + ", not " + new TreeSet<>(inputs.keySet()));
        }
        JobRun run = new JobRun(id, this, new JobHistory(key, this), Map.copyOf(inputs), reader);
        run.begin();
        return run::cancel;
    }

    /** How many jobs have a place in a stage now. */
    public int running(String stage) {
        return lane(stage).taken();
    }

    /** How many jobs wait for a place in a stage now. */
    public int waiting(String stage) {
        return lane(stage).waiting();
    }

    JobGraph graph() {
        return graph;
    }

    Stage work(StageSpec stage) {
        Stage work = works.get(stage.kind());
        if (work == null) {
            throw new IllegalStateException("no work for " + stage.kind());
        }
        return work;
    }

    Lane lane(String stage) {
        Lane lane = lanes.get(stage);
        if (lane == null) {
            throw new IllegalArgumentException("there is no stage '" + stage + "'");
        }
        return lane;
    }

    Executor workers() {
        return workers;
    }

    Timer timer() {
        return timer;
    }

    ContextStore store() {
        return store;
    }

    CheckpointStore checkpoints() {
        return checkpoints;
    }

    StageWatch watch() {
        return watch;
    }

    long now() {
        return nanos.getAsLong();
    }
}
