package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.Kind;
import dev.rivulet.graph.Kind.Port;
import dev.rivulet.graph.Stage;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The kinds of stages that a graph of the assistant may have, and what each does. */
final class Kinds {

    private static final Port QUESTION = Port.of(Values.QUESTION);
    private static final Port MEANING = Port.optional(Values.MEANING);
    private static final Function<String, Object> WRITTEN = text -> text;

    private final List<Doing> all;

    private record Doing(Kind kind, Stage stage) {}

    Kinds(
            Encoders encoders,
            Understanding understanding,
            Wording wording,
            Rules rules,
            Acting acting,
            Quoting quoting,
            Breakers breakers) {
        all = Stream.of(
                        asking(encoders, wording, breakers),
                        understanding(understanding),
                        telling(rules, acting, quoting))
                .flatMap(List::stream)
                .toList();
    }

    /** Those that ask a model. */
    private static List<Doing> asking(Encoders encoders, Wording wording, Breakers breakers) {
        Map<String, Port> question = Map.of("question", QUESTION);
        return List.of(
                new Doing(
                        new Kind("classify", question, Values.LABEL, true, false, null),
                        breakers.guarding(ReactiveStage.whole(encoders::label))),
                new Doing(
                        new Kind("tag", question, Values.SPANS, true, false, null),
                        breakers.guarding(ReactiveStage.whole(encoders::spans))),
                new Doing(
                        new Kind(
                                "generate",
                                Map.of("question", QUESTION, "prompt", Port.of(Values.PROMPT)),
                                Values.TEXT,
                                true,
                                true,
                                WRITTEN),
                        breakers.guarding(ReactiveStage.parts(wording::pieces))));
    }

    /** Those that put together what is known. */
    private static List<Doing> understanding(Understanding understanding) {
        return List.of(
                own(
                        "understand",
                        Map.of(
                                "question", QUESTION,
                                "label", Port.optional(Values.LABEL),
                                "spans", Port.optional(Values.SPANS)),
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
                own("retrieve", Map.of("question", QUESTION), Values.PASSAGES, null, quoting::found),
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
