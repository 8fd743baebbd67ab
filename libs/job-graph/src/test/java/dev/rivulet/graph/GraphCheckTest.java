// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rivulet.graph.Kind.Port;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GraphCheckTest {

    private static final Kind CLASSIFY =
            new Kind("classify", Map.of("text", Port.of("text")), "label", true, false, text -> text);
    private static final Kind ANSWER = new Kind(
            "answer", Map.of("text", Port.of("text"), "label", Port.optional("label")), "text", true, true, null);
    private static final Kind RULES =
            new Kind("rules", Map.of("text", Port.of("text")), "text", false, false, text -> text);
    private static final List<Kind> KINDS = List.of(CLASSIFY, ANSWER, RULES);

    @Test
    void aGoodGraphIsTakenWithItsFallbacks() {
        JobGraph graph = JobGraph.of(
                graph(
                        stage("intent", "classify", "small", Map.of("text", "question"), Fallback.SKIP, false),
                        stage(
                                "answer",
                                "answer",
                                "large",
                                Map.of("text", "question", "label", "intent"),
                                new Fallback.Stage("rules"),
                                true),
                        stage("rules", "rules", null, Map.of("text", "question"), Fallback.NONE, false)),
                KINDS);

        assertThat(graph.standsFor("rules")).contains("answer");
        assertThat(graph.standsFor("answer")).isEmpty();
    }

    @Test
    void allThatIsWrongIsToldAtOnceWithWhatToDo() {
        String message = refused(
                stage("intent", "clasify", "small", Map.of("text", "question"), Fallback.SKIP, false),
                stage("answer", "answer", null, Map.of("text", "qestion", "tone", "question"), Fallback.NONE, true),
                stage("answer", "answer", "large", Map.of(), Fallback.NONE, true),
                stage("lost", "rules", "large", Map.of("text", "question"), Fallback.NONE, false));

        assertThat(message.lines())
                .containsExactlyInAnyOrder(
                        "The graph 'test' can't be run:",
                        "  intent: is of kind 'clasify', which there is not. Take one of [answer, classify, rules].",
                        "  answer: is declared twice. Give each stage a name of its own.",
                        "  answer: names no model, and the kind 'answer' asks one. Name its model.",
                        "  answer: takes 'text' from 'qestion', which there is not. Take it from one of [answer, intent,"
                                + " lost, question].",
                        "  answer: has an input 'tone', which the kind 'answer' does not take. It takes [label, text].",
                        "  lost: names the model 'large', and the kind 'rules' asks none. Leave the model out.",
                        "  intent: gives a value that nobody takes. Make it an output, or leave it out.",
                        "  lost: gives a value that nobody takes. Make it an output, or leave it out.");
    }

    @Test
    void typesMustFit() {
        assertThat(refused(
                        stage("intent", "classify", "small", Map.of("text", "question"), Fallback.NONE, true),
                        stage("rules", "rules", null, Map.of("text", "intent"), Fallback.NONE, true)))
                .contains("rules: takes 'text' from 'intent', which gives label, not text");
    }

    @Test
    void whatIsNeededMustNotBeSkipped() {
        assertThat(refused(
                        stage("first", "rules", null, Map.of("text", "question"), Fallback.SKIP, false),
                        stage("second", "rules", null, Map.of("text", "first"), Fallback.NONE, true)))
                .contains("second: needs 'text' of 'first', which may be skipped");
    }

    @Test
    void nothingWaitsForItselfNotEvenByItsFallback() {
        assertThat(refused(
                        stage("first", "rules", null, Map.of("text", "second"), Fallback.NONE, false),
                        stage("second", "rules", null, Map.of("text", "first"), Fallback.NONE, true),
                        stage("other", "rules", null, Map.of("text", "question"), Fallback.NONE, true)))
                .contains("first: waits for itself: first -> second -> first");
        assertThat(refused(
                        stage("first", "rules", null, Map.of("text", "question"), new Fallback.Stage("spare"), true),
                        stage("spare", "rules", null, Map.of("text", "first"), Fallback.NONE, false)))
                .contains("waits for itself");
    }

    @Test
    void partsAreForReadersAlone() {
        String message = refused(
                stage("answer", "answer", "large", Map.of("text", "question"), Fallback.NONE, true),
                stage("rules", "rules", null, Map.of("text", "answer"), Fallback.NONE, true),
                stage("unread", "answer", "large", Map.of("text", "question"), Fallback.NONE, false));

        assertThat(message)
                .contains("rules: takes 'text' from 'answer', whose value comes in parts")
                .contains("unread: comes in parts and nobody reads it");
    }

    @Test
    void aFallbackFitsWhatItStandsFor() {
        assertThat(refused(
                        stage(
                                "intent",
                                "classify",
                                "small",
                                Map.of("text", "question"),
                                new Fallback.Stage("rules"),
                                true),
                        stage("rules", "rules", null, Map.of("text", "question"), Fallback.NONE, false)))
                .contains("intent: gives label and falls back to 'rules', which gives text");
        assertThat(refused(stage(
                        "answer", "answer", "large", Map.of("text", "question"), new Fallback.Value("sorry"), true)))
                .contains("answer: falls back to a value, and its kind has none that can be written");
        assertThat(refused(
                        stage("one", "rules", null, Map.of("text", "question"), new Fallback.Stage("spare"), true),
                        stage("two", "rules", null, Map.of("text", "question"), new Fallback.Stage("spare"), true),
                        stage("spare", "rules", null, Map.of("text", "question"), Fallback.NONE, false)))
                .contains("spare: is the fallback of 'one' and of 'two'");
    }

    @Test
    void limitsAreLimited() {
        StageSpec stage = new StageSpec(
                "rules", "rules", null, Map.of("text", "question"), Duration.ZERO, Fallback.NONE, true, 0, -1);

        assertThat(refused(stage))
                .contains("rules: has a deadline of PT0S")
                .contains("rules: has a concurrency of 0")
                .contains("rules: has a queue of -1");
    }

    private static String refused(StageSpec... stages) {
        InvalidGraphException refused =
                catchThrowableOfType(InvalidGraphException.class, () -> JobGraph.of(graph(stages), KINDS));
        return refused == null ? "" : String.valueOf(refused.getMessage());
    }

    private static GraphSpec graph(StageSpec... stages) {
        return new GraphSpec(
                "test", Map.of("question", "text"), List.of(stages), Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    private static StageSpec stage(
            String name,
            String kind,
            @Nullable String model,
            Map<String, String> inputs,
            Fallback fallback,
            boolean output) {
        return new StageSpec(name, kind, model, inputs, Duration.ofSeconds(1), fallback, output, 1, 1);
    }
}
