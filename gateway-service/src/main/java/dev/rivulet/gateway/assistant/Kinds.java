// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.Again;
import dev.rivulet.graph.Kind;
import dev.rivulet.graph.Kind.Port;
import dev.rivulet.graph.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The kinds of stages that a graph of the assistant may have, and what each does. */
final class Kinds {

    /** The kind whose value is a picture. */
    static final String DRAW = "draw";

    /** The kinds that ask models of sounds and pictures, without which a question in words is answered all the same. */
    static final Set<String> SENSES = Set.of("hear", "see", "look");

    private static final Port QUESTION = Port.of(Values.QUESTION);
    private static final Port MEANING = Port.optional(Values.MEANING);
    private static final Function<String, Object> WRITTEN = text -> text;

    private final List<Doing> all;

    private record Doing(Kind kind, Stage stage) {

        Doing with(Map<String, Again> again) {
            return new Doing(kind.with(again.getOrDefault(kind.name(), Again.ANEW)), stage);
        }
    }

    Kinds(
            Encoders encoders,
            Hearing hearing,
            Seeing seeing,
            Understanding understanding,
            Wording wording,
            Rules rules,
            Acting acting,
            Quoting quoting,
            Illustrating illustrating,
            Surveying surveying,
            Breakers breakers,
            JsonMapper json) {
        Map<String, Again> again = again(acting, json);
        all = Stream.of(
                        asking(encoders, wording, breakers),
                        sensing(hearing, seeing, breakers),
                        understanding(understanding),
                        telling(rules, acting, quoting),
                        List.of(
                                drawing(illustrating),
                                own("survey", Map.of("question", QUESTION), Values.TEXT, WRITTEN, surveying::found)))
                .flatMap(List::stream)
                .map(doing -> doing.with(again))
                .toList();
    }

    /** What was asked of models and found is kept for another run of the job; what is done in the building is begun once. */
    private static Map<String, Again> again(Acting acting, JsonMapper json) {
        return Map.of(
                "classify", new Again.Kept(KeptForm.of(json, Values.Label.class)),
                "tag", new Again.Kept(KeptForm.of(json, Values.Spans.class)),
                "understand", new Again.Kept(KeptForm.of(json, Values.Meaning.class)),
                "retrieve", new Again.Kept(KeptForm.passages(json)),
                "hear", new Again.Kept(KeptForm.heard(json)),
                "see", new Again.Kept(KeptForm.of(json, Values.Seen.class)),
                "act", new Again.Once(KeptForm.of(json, String.class), acting::acts));
    }

    /** Those that ask a model. */
    private static List<Doing> asking(Encoders encoders, Wording wording, Breakers breakers) {
        Map<String, Port> question = Map.of("question", QUESTION);
        return List.of(
                new Doing(
                        new Kind("classify", question, Values.LABEL, true, false, null),
                        breakers.guarding(ReactiveStage.whole(encoders::label), Kinds::hasWords)),
                new Doing(
                        new Kind("tag", question, Values.SPANS, true, false, null),
                        breakers.guarding(ReactiveStage.whole(encoders::spans), Kinds::hasWords)),
                new Doing(
                        new Kind(
                                "generate",
                                Map.of("question", QUESTION, "prompt", Port.of(Values.PROMPT)),
                                Values.TEXT,
                                true,
                                true,
                                WRITTEN),
                        breakers.guarding(ReactiveStage.parts(wording::pieces), Kinds::hasWords)));
    }

    /** Those of recordings and pictures. */
    private static List<Doing> sensing(Hearing hearing, Seeing seeing, Breakers breakers) {
        Map<String, Port> question = Map.of("question", QUESTION);
        return List.of(
                new Doing(
                        new Kind("hear", question, Values.QUESTION, true, false, null),
                        breakers.guarding(
                                ReactiveStage.whole(hearing::question),
                                call -> question(call).senses().sound().isPresent())),
                own("typed", question, Values.QUESTION, null, call -> call.input(Values.QUESTION, Question.class)),
                new Doing(
                        new Kind("see", question, Values.SEEN, true, false, null),
                        breakers.guarding(ReactiveStage.whole(seeing::seen), Kinds::hasPicture)),
                new Doing(
                        new Kind("look", question, Values.TEXT, true, true, WRITTEN),
                        breakers.guarding(ReactiveStage.parts(seeing::pieces), Kinds::hasPicture)),
                own("sight", Map.of("seen", Port.optional(Values.SEEN)), Values.TEXT, WRITTEN, Seeing::told));
    }

    private static Question question(Stage.Call call) {
        return call.input(Values.QUESTION, Question.class);
    }

    private static boolean hasWords(Stage.Call call) {
        return !question(call).text().isBlank();
    }

    private static boolean hasPicture(Stage.Call call) {
        return question(call).senses().picture().isPresent();
    }

    private static Doing drawing(Illustrating illustrating) {
        Map<String, Port> ports = Map.of(
                "question",
                QUESTION,
                "meaning",
                MEANING,
                "seen",
                Port.optional(Values.SEEN),
                "after",
                Port.optional(Values.TEXT));
        return new Doing(
                new Kind(DRAW, ports, Values.PICTURE, false, false, null), ReactiveStage.whole(illustrating::drawn));
    }

    /** Those that put together what is known. */
    private static List<Doing> understanding(Understanding understanding) {
        return List.of(
                own(
                        "understand",
                        Map.of(
                                "question", QUESTION,
                                "label", Port.optional(Values.LABEL),
                                "spans", Port.optional(Values.SPANS),
                                "seen", Port.optional(Values.SEEN)),
                        Values.MEANING,
                        null,
                        understanding::meaning),
                own("prompt", Map.of("meaning", MEANING), Values.PROMPT, null, understanding::prompt));
    }

    /** Those that give text without a model, and what they need for it. */
    private static List<Doing> telling(Rules rules, Acting acting, Quoting quoting) {
        Map<String, Port> meant = Map.of("question", QUESTION, "meaning", MEANING);
        return List.of(
                own("rules", meant, Values.TEXT, WRITTEN, rules::answer),
                own("act", meant, Values.TEXT, WRITTEN, acting::facts),
                new Doing(
                        new Kind("retrieve", Map.of("question", QUESTION), Values.PASSAGES, false, false, null),
                        ReactiveStage.whole(quoting::found)),
                own(
                        "quote",
                        Map.of("passages", Port.optional(Values.PASSAGES), "meaning", MEANING),
                        Values.TEXT,
                        WRITTEN,
                        quoting::quoted));
    }

    private static Doing own(
            String name,
            Map<String, Port> ports,
            String gives,
            @Nullable Function<String, Object> literal,
            Function<Stage.Call, Object> work) {
        return new Doing(
                new Kind(name, ports, gives, false, false, literal),
                ReactiveStage.whole(call -> Mono.fromCallable(() -> work.apply(call))));
    }

    List<Kind> kinds() {
        return all.stream().map(Doing::kind).toList();
    }

    Map<String, Stage> stages() {
        return all.stream().collect(Collectors.toMap(doing -> doing.kind().name(), Doing::stage));
    }
}
