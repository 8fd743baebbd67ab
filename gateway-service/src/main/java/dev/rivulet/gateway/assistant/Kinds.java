package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.Kind;
import dev.rivulet.graph.Kind.Port;
import dev.rivulet.graph.Stage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** The kinds of stages that a graph of the assistant may have, and what each does. */
final class Kinds {

    private static final Port QUESTION = Port.of(Values.QUESTION);

    private final List<Doing> all;

    private record Doing(Kind kind, Stage stage) {}

    Kinds(Encoders encoders, Understanding understanding, Wording wording, Rules rules, Breakers breakers) {
        all = List.of(
                new Doing(
                        new Kind("classify", Map.of("question", QUESTION), Values.LABEL, true, false, null),
                        breakers.guarding(ReactiveStage.whole(encoders::label))),
                new Doing(
                        new Kind("tag", Map.of("question", QUESTION), Values.SPANS, true, false, null),
                        breakers.guarding(ReactiveStage.whole(encoders::spans))),
                new Doing(
                        new Kind(
                                "understand",
                                Map.of(
                                        "question", QUESTION,
                                        "label", Port.optional(Values.LABEL),
                                        "spans", Port.optional(Values.SPANS)),
                                Values.MEANING,
                                false,
                                false,
                                null),
                        ReactiveStage.whole(call -> Mono.fromCallable(() -> understanding.meaning(call)))),
                new Doing(
                        new Kind(
                                "prompt",
                                Map.of("meaning", Port.optional(Values.MEANING)),
                                Values.PROMPT,
                                false,
                                false,
                                null),
                        ReactiveStage.whole(call -> Mono.fromCallable(() -> understanding.prompt(call)))),
                new Doing(
                        new Kind(
                                "generate",
                                Map.of("question", QUESTION, "prompt", Port.of(Values.PROMPT)),
                                Values.TEXT,
                                true,
                                true,
                                text -> text),
                        breakers.guarding(ReactiveStage.parts(wording::pieces))),
                new Doing(
                        new Kind(
                                "rules",
                                Map.of("question", QUESTION, "meaning", Port.optional(Values.MEANING)),
                                Values.TEXT,
                                false,
                                false,
                                text -> text),
                        ReactiveStage.whole(call -> Mono.fromCallable(() -> rules.answer(call)))));
    }

    List<Kind> kinds() {
        return all.stream().map(Doing::kind).toList();
    }

    Map<String, Stage> stages() {
        return all.stream().collect(Collectors.toMap(doing -> doing.kind().name(), Doing::stage));
    }
}
