// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.ToolFormat;
import dev.rivulet.inference.admission.Admission;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.completion.CompletionCommand.Conversation;
import dev.rivulet.inference.completion.CompletionCommand.Text;
import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.inference.contract.Usage;
import dev.rivulet.inference.execution.Ending;
import dev.rivulet.inference.execution.Generation;
import dev.rivulet.inference.execution.GenerationRequest;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.grammar.AnswerForm;
import dev.rivulet.inference.grammar.GrammarRefusedException;
import dev.rivulet.inference.grammar.TokenGrammar;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.pictures.Sight;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.inference.usage.CompletionFacts;
import dev.rivulet.inference.usage.CompletionLog;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCategory;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** From a command to a running generation: finds the model, asks for a place, renders, tokenises, checks the length, hands in. */
final class CompletionStarter {

    private static final Duration LOADING_RETRY = Duration.ofSeconds(2);
    private static final int HAND_IN_ATTEMPTS = 3;

    private final ServingModels models;
    private final ModelDeployments deployments;
    private final AdmissionGate gate;
    private final CompletionLog log;
    private final CompletionProperties properties;
    private final RandomGenerator seeds;

    CompletionStarter(
            ServingModels models,
            ModelDeployments deployments,
            AdmissionGate gate,
            CompletionLog log,
            CompletionProperties properties,
            RandomGenerator seeds) {
        this.models = models;
        this.deployments = deployments;
        this.gate = gate;
        this.log = log;
        this.properties = properties;
        this.seeds = seeds;
    }

    /**
     * Starts a command for a request.
     *
     * @throws ProblemException if it can't be
     */
    void start(CompletionCommand command, RequestLife life) {
        gate.objection().ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        ServingModel model = find(command.model(), life.version());
        SeenConversation.requireSight(command, model);
        for (int i = 0; i < command.choices(); i++) {
            life.holds(admit(line(model), model.slots()));
        }
        if (command.pictures().isEmpty()) {
            answer(command, List.of(), life);
        } else {
            life.looks(new RequestLife.Looking(command, model));
        }
    }

    /**
     * Hands in a command that has its places.
     *
     * @param sights what became of its pictures
     * @throws ProblemException if the version takes no more, or can't make a prompt of it
     */
    void answer(CompletionCommand command, List<Sight> sights, RequestLife life) {
        if (life.closed()) {
            return;
        }
        ServingModel model = find(command.model(), life.version());
        for (int attempt = 0; attempt < HAND_IN_ATTEMPTS; attempt++) {
            long start = System.nanoTime();
            GenerationRequest request = prepared(command, sights, model, life);
            Duration tokenise = Duration.ofNanos(System.nanoTime() - start);
            List<Generation> generations = handIn(request, command.choices(), model, life, tokenise);
            if (!generations.isEmpty()) {
                life.runs(new RequestLife.Running(
                        generations,
                        command.looked(),
                        model.version().version(),
                        model.tokenizer(),
                        model.chatTemplate().toolFormat(),
                        tokenise,
                        Blindness.notice(sights).orElse(null)));
                return;
            }
            model = find(command.model(), life.version());
        }
        throw new ProblemException(
                Problem.of(ProblemCode.QUEUE_FULL, "Model '" + command.model() + "' holds all the requests it may.")
                        .retryAfter(LOADING_RETRY));
    }

    /**
     * How many tokens a command's prompt has, by the code that makes prompts for answers. Takes no place and generates nothing; a
     * prompt that is too long to be answered is counted too.
     *
     * @throws ProblemException if there is no such prompt here
     */
    TokenCount count(CompletionCommand command) {
        gate.objection().ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        ServingModel model = find(command.model(), null);
        requireToolsKnown(command, model);
        SeenConversation.requireSight(command, model);
        List<Sight> planned = SeenConversation.planned(command, model);
        return new TokenCount(
                prompt(command, planned, model).tokens().length, model.facts().contextLength());
    }

    /** A version that can't make a prompt of what others answer is a worse one: that a request ended here is told too. */
    private GenerationRequest prepared(
            CompletionCommand command, List<Sight> sights, ServingModel model, RequestLife life) {
        try {
            return request(command, sights, model, life.terms());
        } catch (RuntimeException e) {
            boolean refused = e instanceof ProblemException problem
                    && problem.problem().code().category() == ProblemCategory.CALLER;
            log.record(new CompletionFacts(
                    life.requestId(),
                    model.version().model(),
                    model.version().version(),
                    0,
                    0,
                    refused ? "refusal" : "error",
                    Map.of(),
                    life.traceparent()));
            throw e;
        }
    }

    /** All the answers of a request; none if the version doesn't take all of them. */
    private List<Generation> handIn(
            GenerationRequest request, int choices, ServingModel model, RequestLife life, Duration tokenise) {
        Endings endings = new Endings(choices, all -> log.record(facts(life, model.version(), tokenise, all)));
        List<Generation> generations = new ArrayList<>(choices);
        for (int i = 0; i < choices; i++) {
            GenerationRequest one = i == 0 ? request : request.seeded(request.seed() + i);
            Optional<Generation> generation = model.submit(one, endings::ended);
            if (generation.isEmpty()) {
                generations.forEach(Generation::cancel);
                return List.of();
            }
            generations.add(generation.get());
        }
        return generations;
    }

    private static CompletionFacts facts(
            RequestLife life, ModelVersion version, Duration tokenise, List<Ending> endings) {
        Ending ending = Endings.gravest(endings);
        Usage usage = StreamEvents.usage(endings);
        return new CompletionFacts(
                life.requestId(),
                version.model(),
                version.version(),
                usage.promptTokens(),
                usage.completionTokens(),
                switch (ending) {
                    case Ending.Finished finished -> finished.reason().wire();
                    case Ending.Cancelled ignored -> "cancelled";
                    case Ending.Failed ignored -> "error";
                },
                StageTiming.of(tokenise, ending.times(), ending.times().ended()).stages(),
                life.traceparent());
    }

    private ServingModel find(String name, @Nullable String version) {
        return models.find(name, version).orElseThrow(() -> new ProblemException(missing(name, version)));
    }

    /** Two versions of a model that serve side by side have slots of their own, and a line each. */
    private String line(ServingModel model) {
        return models.isPlain(model) ? model.version().model() : model.version().model() + " beside";
    }

    private Problem missing(String name, @Nullable String version) {
        return deployments
                .pending(name, version)
                .map(pending -> Problem.of(
                                ProblemCode.MODEL_LOADING,
                                (version == null ? "Model '" + name : "Version '" + version + "' of model '" + name)
                                        + "' is not ready yet"
                                        + Optional.ofNullable(pending.problem())
                                                .map(why -> ": " + why)
                                                .orElse("."))
                        .retryAfter(LOADING_RETRY))
                .orElseGet(() -> WantedVersion.unknown(name, version));
    }

    private Admission.Ticket admit(String model, int slots) {
        return switch (gate.admit(model, slots)) {
            case Admission.Granted granted -> granted.ticket();
            case Admission.Refused refused -> throw new ProblemException(refused.problem());
        };
    }

    private GenerationRequest request(CompletionCommand command, List<Sight> sights, ServingModel model, Terms terms) {
        TokenGrammar grammar = grammar(command, model);
        SeenConversation.Tokens seen = prompt(command, sights, model);
        int[] prompt = seen.tokens();
        int room = model.facts().contextLength() - prompt.length;
        if (prompt.length == 0 || room < 1) {
            throw tooLong(command, prompt.length, model.facts().contextLength());
        }
        Integer asked = command.maxTokens();
        int most = asked != null ? asked : defaultTokens(command, room);
        return new GenerationRequest(
                prompt,
                Math.min(most, room),
                command.sampling().over(model.facts().defaults(), model.facts().vocabularySize()),
                command.seed() != null ? command.seed() : seeds.nextLong(),
                command.stops(),
                command.logprobs(),
                grammar,
                command.stream() ? properties.outboxCharacters() : GenerationRequest.WHOLE,
                terms,
                seen.media());
    }

    /** A call that must be made is a form too. */
    private static FormFields.@Nullable Wanted wanted(CompletionCommand command, ServingModel model) {
        ToolRequest tools = command.tools();
        if (tools == null) {
            return command.form();
        }
        requireToolsKnown(command, model);
        ToolFormat format = model.chatTemplate().toolFormat();
        FormFields.Wanted form = command.form();
        if (tools.forced().isEmpty()) {
            return form;
        }
        if (form != null) {
            throw JsonCursor.invalid("tool_choice", "can't force a call beside '" + form.path() + "'");
        }
        return new FormFields.Wanted(new AnswerForm.Calls(tools.forced(), format, tools.several()), "tools");
    }

    private static void requireToolsKnown(CompletionCommand command, ServingModel model) {
        if (command.tools() != null && model.chatTemplate().toolFormat() == ToolFormat.NONE) {
            throw CommandBuilder.unsupported(
                    "tools", "is not supported by model '" + command.model() + "': its chat template knows no tools");
        }
    }

    private static @Nullable TokenGrammar grammar(CompletionCommand command, ServingModel model) {
        FormFields.Wanted wanted = wanted(command, model);
        if (wanted == null) {
            return null;
        }
        try {
            return model.grammars().of(wanted.form());
        } catch (GrammarRefusedException e) {
            String path = e.path().isEmpty() ? wanted.path() : wanted.path() + "." + e.path();
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, path, "'" + path + "' " + e.getMessage() + "."));
        }
    }

    private int defaultTokens(CompletionCommand command, int room) {
        return command.input() instanceof Text ? properties.defaultTextTokens() : room;
    }

    private static ProblemException tooLong(CompletionCommand command, int tokens, int context) {
        String param = command.input() instanceof Text ? "prompt" : "messages";
        String message = tokens == 0
                ? "'" + param + "' comes to no token."
                : "The prompt has " + tokens + " tokens and the answer needs at least one, but the context of model '"
                        + command.model() + "' holds " + context + ". Shorten '" + param + "'.";
        ProblemCode code = tokens == 0 ? ProblemCode.INVALID_VALUE : ProblemCode.CONTEXT_LENGTH_EXCEEDED;
        return new ProblemException(Problem.at(code, param, message));
    }

    private static Prompt render(CompletionCommand command, List<ChatMessage> messages, ServingModel model)
            throws TemplateException {
        ToolRequest tools = command.tools();
        return tools == null
                ? model.chatTemplate().render(messages, true)
                : model.chatTemplate().render(messages, tools.sources(), true);
    }

    private static SeenConversation.Tokens prompt(CompletionCommand command, List<Sight> sights, ServingModel model) {
        return switch (command.input()) {
            case Text text -> SeenConversation.Tokens.of(model.tokenizer().encode(text.prompt()));
            case Conversation conversation -> {
                try {
                    SeenConversation seen = new SeenConversation(conversation.messages(), sights);
                    yield seen.tokens(render(command, seen.messages(), model), model);
                } catch (TemplateException e) {
                    throw new ProblemException(Problem.at(
                            ProblemCode.INVALID_VALUE,
                            "messages",
                            "The chat template of model '" + command.model() + "' refuses the conversation: "
                                    + e.getMessage()));
                }
            }
        };
    }
}
