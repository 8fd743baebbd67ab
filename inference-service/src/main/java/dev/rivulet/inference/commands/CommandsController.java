// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.commands;

import dev.rivulet.audio.AudioLimits;
import dev.rivulet.audio.AudioReader;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.completion.BodyReader;
import dev.rivulet.inference.completion.PromptThreads;
import dev.rivulet.inference.completion.WantedVersion;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The path of spoken commands. */
@RestController
class CommandsController {

    private static final int CHANNELS = 8;
    private static final int HIGHEST_RATE = 192_000;

    private final BodyReader bodies;
    private final PromptThreads threads;
    private final ServingCommands commands;
    private final ModelDeployments deployments;
    private final AdmissionGate gate;
    private final CommandsProperties limits;
    private final AudioReader reader;
    private final JsonMapper json;

    CommandsController(
            BodyReader bodies,
            PromptThreads threads,
            ServingCommands commands,
            ModelDeployments deployments,
            AdmissionGate gate,
            CommandsProperties limits,
            JsonMapper json) {
        this.bodies = bodies;
        this.threads = threads;
        this.commands = commands;
        this.deployments = deployments;
        this.gate = gate;
        this.limits = limits;
        this.reader = new AudioReader(new AudioLimits(
                Math.toIntExact(limits.maxAudio().toBytes()), CHANNELS, HIGHEST_RATE, limits.maxDuration()));
        this.json = json;
    }

    private record Answered(String version, CommandAnswer answer) {}

    @PostMapping("/v1/audio/commands")
    Mono<Void> recognise(ServerWebExchange exchange) {
        return Mono.defer(() -> {
            String version = WantedVersion.of(exchange.getRequest().getHeaders());
            AtomicReference<Answered> answered = new AtomicReference<>();
            return bodies.read(exchange.getRequest())
                    .flatMap(body -> threads.run(() -> answered.set(answer(body.bytes(), version)))
                            .doFinally(signal -> body.release()))
                    .then(Mono.defer(() -> write(exchange.getResponse(), answered.get())));
        });
    }

    private Answered answer(byte[] body, @Nullable String version) {
        gate.objection().ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        CommandCall call = CommandCall.read(body, reader);
        ServingCommands.One one =
                commands.find(call.model(), version).orElseThrow(() -> missing(call.model(), version));
        CommandAnswer answer = CommandAnswer.of(
                call.model(),
                one.recogniser().recognise(call.sound()),
                call.sound().seconds(),
                limits.maxAlternatives());
        return new Answered(one.version().version(), answer);
    }

    private ProblemException missing(String model, @Nullable String version) {
        return deployments
                .pending(model, version)
                .map(pending -> new ProblemException(
                        Problem.of(ProblemCode.MODEL_LOADING, "Model '" + model + "' is not ready yet.")
                                .retryAfter(Duration.ofSeconds(1))))
                .orElseGet(() -> new ProblemException(WantedVersion.unknown(model, version)));
    }

    private Mono<Void> write(ServerHttpResponse response, Answered answered) {
        byte[] body = json.writeValueAsBytes(answered.answer());
        response.getHeaders().set(WantedVersion.HEADER, answered.version());
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
