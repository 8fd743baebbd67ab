// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.graph.Kind.Port;
import dev.rivulet.graph.StageFailure.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A job whose run is gone is taken up by another executor: {@code look} is kept, {@code act} happens once, {@code tell} runs anew. */
class TakeUpTest {

    private static final Again.Form TEXT = new Again.Form() {
        @Override
        public byte[] write(Object value) {
            return value.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Object read(byte[] written, StageSpec stage, Map<String, Object> inputs) {
            if (written.length == 0) {
                throw new IllegalArgumentException("nothing is written");
            }
            return new String(written, StandardCharsets.UTF_8);
        }
    };

    private final VirtualTime time = new VirtualTime();
    private final MemoryCheckpoints shared =
            new MemoryCheckpoints(new CheckpointLimits(50, 100, Duration.ofMinutes(1)), 10_000, time::now);
    private final List<String> begun = new ArrayList<>();
    private final Map<String, String> told = new HashMap<>();
    private @Nullable JobReport report;

    @Test
    void whatIsFinishedIsNotRunAgain() {
        GraphExecutor.Job first = start(shared, "key", "turn on", Set.of("tell"));
        time.run();
        first.cancel();
        start(shared, "key", "turn on", Set.of());
        time.run();

        assertThat(begun).containsExactly("look", "act", "tell", "tell");
        assertThat(told).containsEntry("tell", "tell").containsEntry("act", "act");
        assertThat(outcome("look")).isInstanceOf(Outcome.TakenUp.class);
        assertThat(outcome("act")).isInstanceOf(Outcome.TakenUp.class);
        assertThat(outcome("tell")).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void whatWasBegunAndLeftNoValueIsNotBegunAgain() {
        start(shared, "key", "turn on", Set.of("act"));
        time.run();
        start(shared, "key", "turn on", Set.of());
        time.run();

        assertThat(begun).containsExactly("look", "act", "tell");
        assertThat(reason(outcome("act"))).isEqualTo(Reason.MAY_HAVE_ACTED);
        assertThat(told).containsEntry("tell", "tell").doesNotContainKey("act");
    }

    @Test
    void whatOnlyLooksRunsAgain() {
        start(shared, "key", "what is on", Set.of("act"));
        time.run();
        start(shared, "key", "what is on", Set.of());
        time.run();

        assertThat(begun).containsExactly("look", "act", "act", "tell");
    }

    @Test
    void aJobWithAnotherKeyIsAnotherJob() {
        start(shared, "key", "turn on", Set.of("tell"));
        time.run();
        start(shared, "another", "turn on", Set.of());
        time.run();

        assertThat(begun).containsExactly("look", "act", "tell", "look", "act", "tell");
    }

    @Test
    void aJobWithoutAKeyLeavesNothing() {
        executor(shared, Set.of()).start("run", Map.of("question", "turn on"), reader());
        time.run();

        assertThat(begun).containsExactly("look", "act", "tell");
        assertThat(shared.held()).isZero();
    }

    @Test
    void aJobThatHasEndedLeavesNothingButWhatItHasDone() {
        start(shared, "key", "turn on", Set.of());
        time.run();
        assertThat(left("key")).containsOnlyKeys("act");

        start(shared, "key", "turn on", Set.of());
        time.run();
        assertThat(begun).containsExactly("look", "act", "tell", "look", "tell");
        assertThat(told).containsEntry("act", "act");
        start(shared, "looks", "what is on", Set.of());
        time.run();
        assertThat(left("looks")).isEmpty();
    }

    @Test
    void withoutAStoreTheJobGoesOnAndActsNot() {
        start(new Away(), "key", "turn on", Set.of());
        time.run();

        assertThat(begun).containsExactly("look", "tell");
        assertThat(reason(outcome("act"))).isEqualTo(Reason.UNCLAIMED);
        assertThat(told).containsEntry("tell", "tell");
    }

    @Test
    void aStoreThatNeverAnswersIsNotWaitedForBeyondTheDeadline() {
        start(new Silent(), "key", "turn on", Set.of());
        time.run();

        assertThat(Objects.requireNonNull(report).nanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aValueThatCannotBeReadIsAsNone() {
        var unused = shared.keep("key", "look", new byte[0]);
        start(shared, "key", "turn on", Set.of());
        time.run();

        assertThat(begun).containsExactly("look", "act", "tell");
    }

    private Map<String, byte[]> left(String key) {
        return shared.found(key).toCompletableFuture().join();
    }

    private Outcome outcome(String stage) {
        return Objects.requireNonNull(Objects.requireNonNull(report).stages().get(stage))
                .outcome();
    }

    private static Reason reason(Outcome outcome) {
        return ((StageFailure) ((Outcome.Skipped) outcome).why()).reason();
    }

    private GraphExecutor.Job start(CheckpointStore store, String key, String question, Set<String> hanging) {
        return executor(store, hanging)
                .start("run-" + begun.size(), Optional.of(key), Map.of("question", question), reader());
    }

    /** An executor whose process dies while these stages run: they never end, and nothing cuts them off. */
    private GraphExecutor executor(CheckpointStore store, Set<String> hanging) {
        Stage work = call -> {
            begun.add(call.stage().name());
            if (!hanging.contains(call.stage().name())) {
                call.succeed(call.stage().name());
            }
            return Stage.Stopping.NOTHING;
        };
        Timer timer = hanging.isEmpty() ? time : (after, action) -> () -> {};
        return new GraphExecutor(
                graph(),
                Map.of("look", work, "act", work, "tell", work),
                time,
                timer,
                new MemoryContexts(1_000, 1_000, Duration.ofMinutes(1), value -> 1, time::now),
                store,
                StageWatch.NONE,
                time::now);
    }

    private static JobGraph graph() {
        Map<String, Port> ports =
                Map.of("question", Port.of("text"), "before", Port.optional("text"), "after", Port.optional("text"));
        Kind kind = new Kind("tell", ports, "text", false, false, null);
        return JobGraph.of(
                new GraphSpec(
                        "test",
                        Map.of("question", "text"),
                        List.of(
                                stage("look", Map.of("question", "question")),
                                stage("act", Map.of("question", "question", "before", "look")),
                                stage("tell", Map.of("question", "question", "before", "look", "after", "act"))),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100)),
                List.of(
                        kind,
                        new Kind("look", ports, "text", false, false, null).with(new Again.Kept(TEXT)),
                        new Kind("act", ports, "text", false, false, null)
                                .with(new Again.Once(TEXT, inputs -> "turn on".equals(inputs.get("question"))))));
    }

    private static StageSpec stage(String name, Map<String, String> inputs) {
        return new StageSpec(name, name, null, inputs, Duration.ofSeconds(5), Fallback.SKIP, true, 10, 10);
    }

    private JobReader reader() {
        return new JobReader() {
            @Override
            public void value(String stage, Object value) {
                told.put(stage, value.toString());
            }

            @Override
            public void parts(String stage, Flow.Publisher<Object> parts) {
                throw new AssertionError("nothing comes in parts here");
            }

            @Override
            public void ended(JobReport how) {
                report = how;
            }
        };
    }

    /** It can't be asked. */
    private static final class Away implements CheckpointStore {
        @Override
        public CompletionStage<Map<String, byte[]>> found(String key) {
            return CompletableFuture.failedStage(new IllegalStateException("away"));
        }

        @Override
        public CompletionStage<Boolean> keep(String key, String stage, byte[] value) {
            return CompletableFuture.failedStage(new IllegalStateException("away"));
        }

        @Override
        public CompletionStage<Claim> claim(String key, String stage) {
            return CompletableFuture.failedStage(new IllegalStateException("away"));
        }

        @Override
        public CompletionStage<Void> drop(String key, Set<String> but) {
            return CompletableFuture.failedStage(new IllegalStateException("away"));
        }
    }

    /** It breaks its promise to answer. */
    private static final class Silent implements CheckpointStore {
        @Override
        public CompletionStage<Map<String, byte[]>> found(String key) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Boolean> keep(String key, String stage, byte[] value) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Claim> claim(String key, String stage) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Void> drop(String key, Set<String> but) {
            return new CompletableFuture<>();
        }
    }
}
