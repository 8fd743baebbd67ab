// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Question.Turn;
import dev.rivulet.gateway.exchange.Aliases;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ModelField;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.graph.GraphExecutor;
import dev.rivulet.graph.JobGraph;
import dev.rivulet.graph.StageSpec;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes requests for the assistant, and runs its graph for each. */
final class AssistantStep implements Step, Aliases {

    /** Names a conversation, whose turns are remembered here: only what is new is to be sent. */
    static final String CONVERSATION = "x-rivulet-conversation";

    private static final String WORDS = "generate";

    private final AssistantProperties settings;
    private final JobGraph graph;
    private final GraphExecutor executor;
    private final Dialogs dialogs;
    private final StageSpans spans;
    private final ChatReading reading;
    private final Supplier<Optional<String>> documents;
    private final JsonMapper json;
    private final Clock clock;
    private final List<Alias> aliases;
    private final List<String> outputs;
    private final Set<String> pictures;
    private final Map<String, String> kinds;
    private final JobKey keys;

    /** @param documents another state whenever documents have changed; empty where nobody can tell */
    AssistantStep(
            AssistantProperties settings,
            JobGraph graph,
            GraphExecutor executor,
            Dialogs dialogs,
            StageSpans spans,
            Supplier<Optional<String>> documents,
            JsonMapper json,
            Clock clock) {
        this.settings = settings;
        this.graph = graph;
        this.executor = executor;
        this.dialogs = dialogs;
        this.spans = spans;
        this.reading = new ChatReading(json);
        this.documents = documents;
        this.keys = new JobKey(graph);
        this.json = json;
        this.clock = clock;
        this.outputs = GraphSettings.fused(settings).outputs();
        this.pictures = graph.stages().stream()
                .filter(stage -> stage.output() && stage.kind().equals(Kinds.DRAW))
                .map(StageSpec::name)
                .collect(Collectors.toUnmodifiableSet());
        this.kinds = graph.stages().stream().collect(Collectors.toUnmodifiableMap(StageSpec::name, StageSpec::kind));
        this.aliases = List.of(new Alias(
                settings.name(),
                graph.stages().stream()
                        .filter(stage -> !Kinds.SENSES.contains(stage.kind()))
                        .map(StageSpec::model)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList()));
    }

    @Override
    public int getOrder() {
        return Order.ASSISTANT;
    }

    @Override
    public List<Alias> all() {
        return aliases;
    }

    /** What a conversation remembers is in no request that names it, and what stands in documents is in none. */
    @Override
    public Optional<String> state(Ask ask) {
        return ask.passage().hint(CONVERSATION).isPresent() ? Optional.empty() : documents.get();
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        if (!ask.envelope().model().equals(settings.name())) {
            return next.answer(ask);
        }
        if (ask.counts()) {
            return next.answer(ofDecoder(ask));
        }
        return Mono.deferContextual(context -> begun(ask, next, context));
    }

    /** Its tokens are those of the model that words the answer. */
    private Ask ofDecoder(Ask ask) {
        String model = graph.stages().stream()
                .filter(stage -> stage.kind().equals(WORDS))
                .map(StageSpec::model)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.INVALID_VALUE, "model", "The assistant has no model that counts tokens.")));
        return ask.with(ask.path(), ask.envelope().of(model), ModelField.replaced(ask.body(), model));
    }

    private Mono<Answer> begun(Ask ask, Answering next, ContextView context) {
        ObjectNode body = reading.body(ask);
        Optional<String> conversation = conversation(ask);
        String tenant = ask.passage().caller();
        List<Turn> turns = new ArrayList<>();
        conversation.ifPresent(name -> turns.addAll(dialogs.words(tenant, name)));
        turns.addAll(reading.turns(body));
        Senses senses = reading.senses(body);
        if (!senses.isEmpty()) {
            ask.passage().fleeting();
        }
        String id = ask.passage().id();
        Dialogs.Place place = conversation
                .map(name -> Dialogs.named(tenant, name))
                .orElseGet(() -> senses.isEmpty()
                        ? Dialogs.unnamed(tenant, turns)
                        // What was said is in no text, by which a conversation without a name would be known again.
                        : Dialogs.once(tenant, id, turns));
        Notices notices = new Notices();
        Question question =
                new Question(ask, next, body, dialogs.recent(turns), senses, place, dialogs.before(place), notices);
        Telling telling = new Telling(outputs, pictures, ask.passage(), notices);
        @Nullable Observation parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
        if (parent != null) {
            spans.opened(id, parent);
        }
        Optional<String> key = ask.passage().job().map(known -> keys.of(tenant, known, ask.body()));
        GraphExecutor.Job job = executor.start(id, key, Map.of(Values.QUESTION, question), telling);
        AnswerForm form =
                new AnswerForm(json, graph, id, settings.name(), clock.instant().getEpochSecond());
        telling.report().doFinally(signal -> spans.closed(id)).subscribe();
        return new AssistantRun(question, form, telling, job, conversation, dialogs, kinds).answer();
    }

    private static Optional<String> conversation(Ask ask) {
        return ask.passage().hint(CONVERSATION).map(name -> {
            if (!name.matches("[A-Za-z0-9._:-]{1,100}")) {
                throw new ProblemException(Problem.at(
                        ProblemCode.INVALID_VALUE,
                        CONVERSATION,
                        "'" + CONVERSATION
                                + "' must be 1 to 100 letters, digits, dots, colons, dashes or underscores."));
            }
            return name;
        });
    }

    /** OpenAI's error object, as the data of an event. */
    static String error(Problem problem) {
        return JsonMapper.shared().writeValueAsString(OpenAiError.of(problem));
    }
}
