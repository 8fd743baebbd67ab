package dev.rivulet.inference.completion;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.inference.admission.Admission;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.completion.CompletionCommand.Conversation;
import dev.rivulet.inference.completion.CompletionCommand.Text;
import dev.rivulet.inference.execution.Ending;
import dev.rivulet.inference.execution.Generation;
import dev.rivulet.inference.execution.GenerationRequest;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.inference.usage.CompletionFacts;
import dev.rivulet.inference.usage.CompletionLog;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

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
        ServingModel model = find(command.model());
        life.holds(admit(command.model(), model.slots()));
        for (int attempt = 0; attempt < HAND_IN_ATTEMPTS; attempt++) {
            long start = System.nanoTime();
            GenerationRequest request = request(command, model, life.terms());
            Duration tokenise = Duration.ofNanos(System.nanoTime() - start);
            ModelVersion version = model.version();
            Optional<Generation> generation =
                    model.submit(request, ending -> log.record(facts(life, version, tokenise, ending)));
            if (generation.isPresent()) {
                life.runs(generation.get(), command, tokenise);
                return;
            }
            model = find(command.model());
        }
        throw new ProblemException(
                Problem.of(ProblemCode.QUEUE_FULL, "Model '" + command.model() + "' holds all the requests it may.")
                        .retryAfter(LOADING_RETRY));
    }

    private static CompletionFacts facts(RequestLife life, ModelVersion version, Duration tokenise, Ending ending) {
        return new CompletionFacts(
                life.requestId(),
                version.model(),
                version.version(),
                ending.usage().promptTokens(),
                ending.usage().completionTokens(),
                switch (ending) {
                    case Ending.Finished finished -> finished.reason().wire();
                    case Ending.Cancelled ignored -> "cancelled";
                    case Ending.Failed ignored -> "error";
                },
                StageTiming.of(tokenise, ending.times(), ending.times().ended()).stages(),
                life.traceparent());
    }

    private ServingModel find(String name) {
        return models.find(name).orElseThrow(() -> new ProblemException(missing(name)));
    }

    private Problem missing(String name) {
        return deployments
                .pending(name)
                .map(pending -> Problem.of(
                                ProblemCode.MODEL_LOADING,
                                "Model '" + name + "' is not ready yet"
                                        + Optional.ofNullable(pending.problem())
                                                .map(why -> ": " + why)
                                                .orElse("."))
                        .retryAfter(LOADING_RETRY))
                .orElseGet(() -> Problem.at(
                        ProblemCode.MODEL_NOT_FOUND,
                        "model",
                        "There is no model '" + name + "' here; GET /v1/models lists what there is."));
    }

    private Admission.Ticket admit(String model, int slots) {
        return switch (gate.admit(model, slots)) {
            case Admission.Granted granted -> granted.ticket();
            case Admission.Refused refused -> throw new ProblemException(refused.problem());
        };
    }

    private GenerationRequest request(CompletionCommand command, ServingModel model, Terms terms) {
        int[] prompt = prompt(command, model);
        int room = model.facts().contextLength() - prompt.length;
        if (prompt.length == 0 || room < 1) {
            throw tooLong(command, prompt.length, model.facts().contextLength());
        }
        Integer asked = command.maxTokens();
        int most = asked != null ? asked : defaultTokens(command, room);
        return new GenerationRequest(
                prompt,
                Math.min(most, room),
                sampling(command, model.facts().defaults()),
                command.seed() != null ? command.seed() : seeds.nextLong(),
                command.stops(),
                command.stream() ? properties.outboxCharacters() : GenerationRequest.WHOLE,
                terms);
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

    private static int[] prompt(CompletionCommand command, ServingModel model) {
        return switch (command.input()) {
            case Text text -> model.tokenizer().encode(text.prompt());
            case Conversation conversation -> {
                try {
                    yield model.tokenizer().encode(model.chatTemplate().render(conversation.messages(), true));
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

    private static Sampling sampling(CompletionCommand command, Sampling defaults) {
        Double temperature = command.temperature();
        Double topP = command.topP();
        Integer topK = command.topK();
        return new Sampling(
                temperature != null ? temperature : defaults.temperature(),
                topP != null ? topP : defaults.topP(),
                topK != null ? topK : defaults.topK());
    }
}
