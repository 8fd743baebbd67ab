// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random graphs, works that fail, hang, stutter and answer twice, and readers that are slow or go away; in virtual time. */
class GraphSimulation {

    private static final int GRAPHS = 60;
    private static final int JOBS = 8;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverHappensEveryStageEndsOnceAndNothingIsLeft(long seed) {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < GRAPHS; i++) {
            seen.addAll(new World(random, false).run());
        }
        assertThat(seen).contains("done", "fell-back", "skipped", "failed", "cancelled", "unused");
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void aJobTakesNoLongerThanItsLongestPath(long seed) {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < GRAPHS; i++) {
            assertThat(new World(random, true).run()).containsOnly("done");
        }
    }

    /** One graph and its jobs. */
    private static final class World {

        private final Random random;
        private final boolean calm;
        private final VirtualTime time = new VirtualTime();
        private final MemoryContexts store;
        private final JobGraph graph;
        private final GraphExecutor executor;
        private final Map<String, Integer> running = new HashMap<>();
        private final Map<String, Integer> begun = new HashMap<>();
        private final Map<String, Integer> ended = new HashMap<>();
        private final Set<String> words = new HashSet<>();
        private final List<RandomReader> readers = new ArrayList<>();

        World(Random random, boolean calm) {
            this.random = random;
            this.calm = calm;
            this.store = new MemoryContexts(
                    calm ? 1_000_000 : 400, calm ? 100_000 : 60, Duration.ofHours(1), value -> 5, time::now);
            this.graph = new RandomGraph(random, calm).draw();
            Stage work = new RandomWork(random, calm, time, this::entered, this::left);
            MemoryCheckpoints none =
                    new MemoryCheckpoints(new CheckpointLimits(1, 1, Duration.ofMillis(1)), 1, time::now);
            this.executor = new GraphExecutor(
                    graph, Map.of("whole", work, "parts", work), time, time, store, none, this::watch, time::now);
        }

        private void entered(StageSpec stage) {
            int now = running.merge(stage.name(), 1, Integer::sum);
            assertThat(now).as("jobs in " + stage.name()).isLessThanOrEqualTo(stage.concurrency());
        }

        private void left(StageSpec stage) {
            running.merge(stage.name(), -1, Integer::sum);
        }

        private StageWatch.Watched watch(String job, StageSpec stage) {
            String key = job + "/" + stage.name();
            begun.merge(key, 1, Integer::sum);
            return outcome -> ended.merge(key, 1, Integer::sum);
        }

        Set<String> run() {
            for (int i = 0; i < JOBS; i++) {
                String id = "job-" + i;
                RandomReader reader = new RandomReader(random, calm, time);
                readers.add(reader);
                time.after(Duration.ofMillis(random.nextInt(calm ? 1 : 200)), () -> {
                    GraphExecutor.Job job = executor.start(id, Map.of("question", "q"), reader);
                    reader.reads(job);
                });
            }
            time.run();
            readers.forEach(this::check);
            assertThat(ended).isEqualTo(begun);
            assertThat(begun.values()).allMatch(times -> times == 1);
            assertThat(store.held()).isZero();
            assertThat(time.pending()).isZero();
            assertThat(running.values()).allMatch(left -> left == 0);
            graph.stages().forEach(stage -> {
                assertThat(executor.running(stage.name())).isZero();
                assertThat(executor.waiting(stage.name())).isZero();
            });
            return words;
        }

        private void check(RandomReader reader) {
            JobReport report = reader.onlyReport();
            assertThat(report.stages()).hasSameSizeAs(graph.stages());
            report.stages().values().forEach(stage -> words.add(stage.outcome().word()));
            long most = graph.spec().deadline().plus(graph.spec().grace()).toNanos();
            assertThat(report.nanos()).isLessThanOrEqualTo(most);
            if (calm) {
                assertThat(report.nanos()).isEqualTo(report.longestPath(graph));
            }
            report.stages().forEach((name, stage) -> {
                boolean output = graph.find(name).orElseThrow().output();
                if (output && stage.outcome() instanceof Outcome.Done) {
                    assertThat(reader.heard()).as(name + " of " + report.job()).contains(name);
                }
            });
        }
    }

    /** Reads values and parts, slowly or not, and may go away. */
    private static final class RandomReader implements JobReader {

        private final Random random;
        private final boolean calm;
        private final VirtualTime time;
        private final Set<String> heard = new HashSet<>();
        private final List<JobReport> reports = new ArrayList<>();
        private GraphExecutor.@Nullable Job job;

        RandomReader(Random random, boolean calm, VirtualTime time) {
            this.random = random;
            this.calm = calm;
            this.time = time;
        }

        void reads(GraphExecutor.Job begun) {
            job = begun;
            if (!calm && random.nextInt(4) == 0) {
                time.after(Duration.ofMillis(random.nextInt(300)), begun::cancel);
            }
        }

        Set<String> heard() {
            return heard;
        }

        JobReport onlyReport() {
            assertThat(reports).hasSize(1);
            return reports.getFirst();
        }

        @Override
        public void value(String stage, Object value) {
            assertThat(reports).isEmpty();
            assertThat(heard.add(stage)).as(stage + " is told once").isTrue();
            if (!calm && random.nextInt(200) == 0) {
                throw new IllegalStateException("a reader that can't");
            }
        }

        @Override
        public void parts(String stage, Flow.Publisher<Object> parts) {
            assertThat(reports).isEmpty();
            assertThat(heard.add(stage)).as(stage + " is told once").isTrue();
            parts.subscribe(new PartReader());
        }

        @Override
        public void ended(JobReport report) {
            reports.add(report);
        }

        private final class PartReader implements Flow.Subscriber<Object> {

            private Flow.@Nullable Subscription subscription;
            private int next;
            private boolean over;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                ask();
            }

            private void ask() {
                Flow.Subscription given = subscription;
                if (given == null) {
                    return;
                }
                if (calm) {
                    given.request(1);
                } else if (random.nextInt(20) == 0) {
                    over = true;
                    given.cancel();
                } else {
                    time.after(Duration.ofMillis(random.nextInt(5)), () -> given.request(1));
                }
            }

            @Override
            public void onNext(Object part) {
                assertThat(over).isFalse();
                assertThat(part).isEqualTo(next++);
                ask();
            }

            @Override
            public void onError(Throwable why) {
                assertThat(over).isFalse();
                over = true;
            }

            @Override
            public void onComplete() {
                assertThat(over).isFalse();
                assertThat(next).isPositive();
                over = true;
            }
        }
    }
}
