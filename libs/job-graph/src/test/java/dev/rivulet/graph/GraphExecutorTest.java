// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.graph.Kind.Port;
import dev.rivulet.graph.StageFailure.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GraphExecutorTest {

    private static final Kind WORK = new Kind(
            "work", Map.of("a", Port.optional("text"), "b", Port.optional("text")), "text", false, false, text -> text);

    private final VirtualTime time = new VirtualTime();
    private final MemoryContexts store = new MemoryContexts(
            1_000, 100, Duration.ofMinutes(1), value -> value.toString().length(), time::now);
    private final List<String> heard = new ArrayList<>();
    private @Nullable JobReport report;

    @Test
    void twoStagesThatNeedNothingOfEachOtherRunSideBySide() {
        start(Map.of("left", 30, "right", 50, "both", 20), diamond(Fallback.NONE));

        assertThat(heard).containsExactly("70 both: left+right");
        assertThat(report().nanos()).isEqualTo(Duration.ofMillis(70).toNanos());
        assertThat(stage("left").beganAt()).isZero();
        assertThat(stage("right").beganAt()).isZero();
    }

    @Test
    void aLateStageIsCutOffAndTheJobGoesOnWithoutIt() {
        start(Map.of("left", 500, "right", 50, "both", 20), diamond(Fallback.SKIP));

        assertThat(heard).containsExactly("120 both: right");
        assertThat(stage("left").outcome())
                .isInstanceOfSatisfying(
                        Outcome.Skipped.class,
                        skipped -> assertThat(reason(skipped.why())).isEqualTo(Reason.DEADLINE));
    }

    @Test
    void aWrittenValueStandsIn() {
        start(Map.of("left", 500, "right", 50, "both", 20), diamond(new Fallback.Value("nothing")));

        assertThat(heard).containsExactly("120 both: nothing+right");
    }

    @Test
    void withoutAFallbackWhatNeedsTheStageFailsWithIt() {
        start(Map.of("left", 500, "right", 50, "both", 20), diamond(Fallback.NONE));

        assertThat(heard).isEmpty();
        assertThat(stage("both").outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.why())
                                .hasMessage("the stage 'both' lacks the value of 'left'")
                                .cause()
                                .hasMessage("the stage 'left' did not end within 100 ms"));
    }

    @Test
    void afterTheDeadlineOfTheJobItsFallbackStillAnswersWithinTheGrace() {
        List<StageSpec> stages = List.of(
                stage("slow", Map.of("a", "question"), 10_000, new Fallback.Stage("spare"), true),
                stage("spare", Map.of("a", "question"), 10_000, Fallback.NONE, false));
        start(Map.of("slow", 5_000, "spare", 40), stages);

        assertThat(heard).containsExactly("1040 slow: question");
        assertThat(stage("slow").outcome()).isInstanceOf(Outcome.FellBack.class);
        assertThat(report().nanos()).isEqualTo(report().longestPath(graph(stages)));

        start(Map.of("slow", 5_000, "spare", 400), stages);

        assertThat(heard).hasSize(1);
        assertThat(report().nanos()).isEqualTo(Duration.ofMillis(1_100).toNanos());
    }

    @Test
    void aValueThatTheStoreDoesNotTakeIsAFailureOfItsStage() {
        start(
                Map.of("big", 10),
                List.of(stage("big", Map.of("a", "question"), 100, new Fallback.Value("small"), true)));

        assertThat(heard).containsExactly("10 big: small");
        assertThat(store.held()).isZero();
    }

    @Test
    void aValueThatIsKeptNoLongerIsMissing() {
        MemoryContexts brief = new MemoryContexts(100, 100, Duration.ofMillis(20), value -> 1, time::now);
        List<StageSpec> stages = List.of(
                stage("left", Map.of("a", "question"), 100, Fallback.NONE, false),
                stage("right", Map.of("a", "question"), 100, Fallback.NONE, false),
                stage("both", Map.of("a", "left", "b", "right"), 100, Fallback.NONE, true));
        start(Map.of("left", 10, "right", 50, "both", 20), stages, brief);

        assertThat(stage("both").outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(reason(failed.why())).isEqualTo(Reason.INPUT_MISSING));
    }

    @Test
    void aJobBringsWhatTheGraphSays() {
        assertThatThrownBy(
                        () -> executor(Map.of(), diamond(Fallback.NONE), store).start("one", Map.of(), reader()))
                .hasMessage("a job of 'test' brings [question], not []");
    }

    @Test
    void aStageWithoutAPlaceWaitsAndBeyondTheQueueFallsBack() {
        StageSpec narrow = new StageSpec(
                "narrow",
                "work",
                null,
                Map.of("a", "question"),
                Duration.ofMillis(100),
                new Fallback.Value("busy"),
                true,
                1,
                1);
        GraphExecutor executor = executor(Map.of("narrow", 10), List.of(narrow), store);
        for (int i = 0; i < 3; i++) {
            executor.start("job-" + i, Map.of("question", "question"), reader());
        }
        assertThat(executor.running("narrow")).isEqualTo(1);
        assertThat(executor.waiting("narrow")).isEqualTo(1);
        time.run();

        assertThat(heard).containsExactly("0 narrow: busy", "10 narrow: question", "20 narrow: question");
    }

    private static Reason reason(Throwable why) {
        return ((StageFailure) why).reason();
    }

    private JobReport report() {
        return Objects.requireNonNull(report);
    }

    private JobReport.StageReport stage(String name) {
        return Objects.requireNonNull(report().stages().get(name));
    }

    private static List<StageSpec> diamond(Fallback left) {
        return List.of(
                stage("left", Map.of("a", "question"), 100, left, false),
                stage("right", Map.of("a", "question"), 100, Fallback.NONE, false),
                stage("both", Map.of("a", "left", "b", "right"), 100, Fallback.NONE, true));
    }

    private void start(Map<String, Integer> millis, List<StageSpec> stages) {
        start(millis, stages, store);
    }

    private void start(Map<String, Integer> millis, List<StageSpec> stages, MemoryContexts contexts) {
        executor(millis, stages, contexts).start("job", Map.of("question", "question"), reader());
        time.run();
    }

    private GraphExecutor executor(Map<String, Integer> millis, List<StageSpec> stages, MemoryContexts contexts) {
        Stage work = call -> {
            String name = call.stage().name();
            Runnable pending = time.after(
                    Duration.ofMillis(Objects.requireNonNull(millis.get(name))), () -> call.succeed(said(call)));
            return why -> pending.run();
        };
        MemoryCheckpoints none = new MemoryCheckpoints(new CheckpointLimits(1, 1, Duration.ofMillis(1)), 1, time::now);
        return new GraphExecutor(
                graph(stages), Map.of("work", work), time, time, contexts, none, StageWatch.NONE, time::now);
    }

    /** The names of the stages that gave a value, and a lot of text where the stage is big. */
    private static String said(Stage.Call call) {
        if (call.stage().name().equals("big")) {
            return "x".repeat(200);
        }
        Map<String, String> sources = new HashMap<>(call.stage().inputs());
        List<String> said = new ArrayList<>();
        for (String port : List.of("a", "b")) {
            call.optional(port, String.class)
                    .map(value -> value.equals("question") || !value.contains("question") ? value : sources.get(port))
                    .ifPresent(said::add);
        }
        return call.stage().name().equals("left") || call.stage().name().equals("right")
                ? call.stage().name()
                : String.join("+", said);
    }

    private static JobGraph graph(List<StageSpec> stages) {
        return JobGraph.of(
                new GraphSpec(
                        "test", Map.of("question", "text"), stages, Duration.ofSeconds(1), Duration.ofMillis(100)),
                List.of(WORK));
    }

    private static StageSpec stage(
            String name, Map<String, String> inputs, int deadline, Fallback fallback, boolean output) {
        return new StageSpec(name, "work", null, inputs, Duration.ofMillis(deadline), fallback, output, 10, 10);
    }

    private JobReader reader() {
        long began = time.now();
        return new JobReader() {
            @Override
            public void value(String stage, Object value) {
                heard.add((time.now() - began) / 1_000_000 + " " + stage + ": " + value);
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
}
