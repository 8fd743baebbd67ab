// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Random graphs whose jobs are begun by one process after the other, each of which dies at a random moment or stays, on a store that
 * loses what it likes: no stage that acts is begun twice, and the last run ends.
 */
class TakeUpSimulation {

    private static final int JOBS = 3_000;
    private static final Again.Form TEXT = new Again.Form() {
        @Override
        public byte[] write(Object value) {
            return value.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Object read(byte[] written, StageSpec stage, Map<String, Object> inputs) {
            return new String(written, StandardCharsets.UTF_8);
        }
    };

    @Test
    void nothingActsTwiceWhoeverDiesWhenever() {
        long seed = Long.getLong("rivulet.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int takenUp = 0;
        for (int job = 0; job < JOBS; job++) {
            takenUp += new World(random).run();
        }
        assertThat(takenUp).as("stages that were taken up").isGreaterThan(JOBS / 10);
    }

    /** One job, in as many processes as it takes. */
    private static final class World implements JobReader {

        private final Random random;
        private final VirtualTime time = new VirtualTime();
        private final Map<String, Integer> acted = new HashMap<>();
        private final List<JobReport> reports = new ArrayList<>();
        private final JobGraph graph;
        private final CheckpointStore store;

        World(Random random) {
            this.random = random;
            this.graph = drawn();
            MemoryCheckpoints whole = new MemoryCheckpoints(
                    new CheckpointLimits(1 + random.nextInt(40), 100, Duration.ofMinutes(1)), 10_000, time::now);
            this.store = new Unreliable(whole, random.nextInt(3) == 0 ? 0.2 : 0);
        }

        int run() {
            int runs = 1 + random.nextInt(4);
            for (int i = 0; i < runs; i++) {
                Process process = new Process();
                boolean last = i == runs - 1;
                long at = i * 60L + random.nextInt(60);
                time.after(Duration.ofMillis(at), () -> process.start(this));
                if (!last && random.nextInt(4) > 0) {
                    time.after(Duration.ofMillis(at + random.nextInt(80)), () -> process.dead = true);
                }
            }
            time.run();
            assertThat(acted.values()).as("times that stages acted").allMatch(times -> times == 1);
            assertThat(reports).as("the last run ends").isNotEmpty();
            return reports.stream()
                    .mapToInt(report -> (int) report.stages().values().stream()
                            .filter(stage -> stage.outcome() instanceof Outcome.TakenUp)
                            .count())
                    .sum();
        }

        private JobGraph drawn() {
            Map<String, Kind.Port> ports = Map.of("a", Kind.Port.optional("text"), "b", Kind.Port.optional("text"));
            List<StageSpec> stages = new ArrayList<>();
            List<String> sources = new ArrayList<>(List.of("question"));
            for (int i = 0; i < 2 + random.nextInt(6); i++) {
                Map<String, String> inputs = Map.of(
                        "a",
                        i == 0 ? "question" : sources.get(random.nextInt(sources.size())),
                        "b",
                        sources.get(random.nextInt(sources.size())));
                String kind = List.of("look", "act", "tell").get(random.nextInt(3));
                Duration deadline = Duration.ofMillis(20 + random.nextInt(60));
                stages.add(new StageSpec("s" + i, kind, null, inputs, deadline, Fallback.SKIP, true, 10, 10));
                sources.add("s" + i);
            }
            return JobGraph.of(
                    new GraphSpec(
                            "random",
                            Map.of("question", "text"),
                            stages,
                            Duration.ofMillis(200 + random.nextInt(200)),
                            Duration.ZERO),
                    List.of(
                            new Kind("look", ports, "text", false, false, null).with(new Again.Kept(TEXT)),
                            new Kind("act", ports, "text", false, false, null)
                                    .with(new Again.Once(TEXT, inputs -> true)),
                            new Kind("tell", ports, "text", false, false, null)));
        }

        @Override
        public void value(String stage, Object value) {
            assertThat(value).isEqualTo(stage);
        }

        @Override
        public void parts(String stage, Flow.Publisher<Object> parts) {
            throw new AssertionError("nothing comes in parts here");
        }

        @Override
        public void ended(JobReport report) {
            reports.add(report);
        }

        /** What happens in it happens as long as it lives. */
        private final class Process implements Executor, Timer {

            private boolean dead;

            void start(JobReader reader) {
                Stage work = call -> {
                    String name = call.stage().name();
                    if (call.stage().kind().equals("act")) {
                        acted.merge(name, 1, Integer::sum);
                    }
                    Runnable pending = after(Duration.ofMillis(random.nextInt(50)), () -> call.succeed(name));
                    return why -> pending.run();
                };
                var unused = new GraphExecutor(
                                graph,
                                Map.of("look", work, "act", work, "tell", work),
                                this,
                                this,
                                new MemoryContexts(1_000, 1_000, Duration.ofMinutes(1), value -> 1, time::now),
                                store,
                                StageWatch.NONE,
                                time::now)
                        .start("run", Optional.of("key"), Map.of("question", "question"), reader);
            }

            @Override
            public void execute(Runnable action) {
                after(Duration.ZERO, action);
            }

            @Override
            public Runnable after(Duration delay, Runnable action) {
                return time.after(delay, () -> {
                    if (!dead) {
                        action.run();
                    }
                });
            }
        }

        /** It takes its time, and fails before or after it has done what it was asked for. */
        private final class Unreliable implements CheckpointStore {

            private final CheckpointStore whole;
            private final double failing;

            Unreliable(CheckpointStore whole, double failing) {
                this.whole = whole;
                this.failing = failing;
            }

            private <T> CompletionStage<T> told(Supplier<CompletionStage<T>> work) {
                CompletableFuture<T> answer = new CompletableFuture<>();
                time.after(Duration.ofMillis(random.nextInt(10)), () -> {
                    if (random.nextDouble() < failing) {
                        answer.completeExceptionally(new IllegalStateException("it did not arrive"));
                        return;
                    }
                    T result = work.get().toCompletableFuture().join();
                    if (random.nextDouble() < failing) {
                        answer.completeExceptionally(new IllegalStateException("nobody knows"));
                    } else {
                        answer.complete(result);
                    }
                });
                return answer;
            }

            @Override
            public CompletionStage<Map<String, byte[]>> found(String key) {
                return told(() -> whole.found(key));
            }

            @Override
            public CompletionStage<Boolean> keep(String key, String stage, byte[] value) {
                return told(() -> whole.keep(key, stage, value));
            }

            @Override
            public CompletionStage<Claim> claim(String key, String stage) {
                return told(() -> whole.claim(key, stage));
            }

            @Override
            public CompletionStage<Void> drop(String key, Set<String> but) {
                return told(() -> whole.drop(key, but));
            }
        }
    }
}
