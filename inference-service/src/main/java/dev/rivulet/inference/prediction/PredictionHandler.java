// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.Vision;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.completion.BodyReader;
import dev.rivulet.inference.completion.PromptThreads;
import dev.rivulet.inference.completion.RequestTerms;
import dev.rivulet.inference.completion.WantedVersion;
import dev.rivulet.inference.encoding.EncoderCapability;
import dev.rivulet.inference.encoding.EncoderFailure;
import dev.rivulet.inference.encoding.EncoderJob;
import dev.rivulet.inference.encoding.ServingEncoder;
import dev.rivulet.inference.encoding.ServingEncoders;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.pictures.PictureAsk;
import dev.rivulet.inference.pictures.Pictures;
import dev.rivulet.inference.pictures.Sight;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** From the body of a request for a stateless model to its answer. A caller that leaves takes its rows out of the queue. */
@Component
final class PredictionHandler {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final BodyReader bodies;
    private final PromptThreads prompts;
    private final ServingEncoders encoders;
    private final ServingModels decoders;
    private final ModelDeployments deployments;
    private final AdmissionGate gate;
    private final Pictures pictures;
    private final JsonMapper json;

    PredictionHandler(
            BodyReader bodies,
            PromptThreads prompts,
            ServingEncoders encoders,
            ServingModels decoders,
            ModelDeployments deployments,
            AdmissionGate gate,
            Pictures pictures,
            JsonMapper json) {
        this.bodies = bodies;
        this.prompts = prompts;
        this.encoders = encoders;
        this.decoders = decoders;
        this.deployments = deployments;
        this.gate = gate;
        this.pictures = pictures;
        this.json = json;
    }

    /**
     * @param job null where there are pictures alone
     * @param seen vectors of pictures
     */
    private record Running(
            Call call,
            ServingEncoder model,
            List<Encoding> rows,
            @Nullable EncoderJob job,
            CompletableFuture<List<float[]>> seen) {}

    /** @param reading turns the fields of the body into a call */
    Mono<Void> handle(ServerWebExchange exchange, Function<Fields, Call> reading) {
        return Mono.defer(() -> {
            String version = WantedVersion.of(exchange.getRequest().getHeaders());
            Terms terms = RequestTerms.of(exchange.getRequest().getHeaders(), System.nanoTime());
            AtomicReference<Running> running = new AtomicReference<>();
            return inTime(bodies.read(exchange.getRequest()), terms.deadline())
                    .flatMap(body -> prompts.run(() -> running.set(begin(body.bytes(), reading, version, terms)))
                            .doFinally(signal -> body.release()))
                    .then(Mono.defer(() -> {
                        exchange.getResponse()
                                .getHeaders()
                                .set(
                                        WantedVersion.HEADER,
                                        running.get().model().version().version());
                        return answer(running.get());
                    }))
                    .flatMap(answer -> write(exchange.getResponse(), answer))
                    .doOnCancel(() -> cancel(running.get()));
        });
    }

    private static <T> Mono<T> inTime(Mono<T> reading, OptionalLong deadline) {
        if (deadline.isEmpty()) {
            return reading;
        }
        Duration left = Duration.ofNanos(Math.max(1, deadline.getAsLong() - System.nanoTime()));
        return reading.timeout(left, Mono.error(PredictionHandler::late));
    }

    private Running begin(byte[] body, Function<Fields, Call> reading, @Nullable String version, Terms terms) {
        gate.objection().ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        Call call = reading.apply(Fields.parse(body));
        ServingEncoder model = find(call, version);
        List<Encoding> rows = call.rows(model);
        CompletableFuture<List<float[]>> seen = look(call, model, terms);
        EncoderJob job =
                rows.isEmpty() ? null : model.submit(rows, terms.deadline()).orElseThrow(() -> full(call.model()));
        return new Running(call, model, rows, job, seen);
    }

    private CompletableFuture<List<float[]>> look(Call call, ServingEncoder model, Terms terms) {
        List<PictureAsk> asks = call.pictures();
        if (asks.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Vision vision = model.vision()
                .orElseThrow(() -> Fields.invalid(
                        asks.getFirst().path(), "can't be read: model '" + call.model() + "' reads texts alone"));
        Duration left = terms.deadline().isEmpty()
                ? Duration.ofHours(1)
                : Duration.ofNanos(terms.deadline().getAsLong() - System.nanoTime());
        return pictures.look(model.version(), vision, asks, terms.tenant(), left)
                .thenApply(sights -> sights.stream().map(PredictionHandler::row).toList());
    }

    /** A vector of a picture can't be told without looking. */
    private static float[] row(Sight sight) {
        return switch (sight) {
            case Sight.Seen seen -> seen.rows();
            case Sight.Unseen unseen ->
                throw new ProblemException(Problem.of(
                                ProblemCode.QUEUE_TIMEOUT, "The picture can't be looked at: " + unseen.reason() + ".")
                        .retryAfter(RETRY));
        };
    }

    private static Mono<Object> answer(Running running) {
        Mono<List<float[]>> texts = running.job() == null
                ? Mono.just(List.of())
                : Mono.fromFuture(running.job().values(), true);
        return Mono.zip(texts, Mono.fromFuture(running.seen(), true), running.call()::together)
                .publishOn(Schedulers.parallel())
                .onErrorMap(CompletionException.class, PredictionHandler::cause)
                .onErrorMap(EncoderFailure.class, PredictionHandler::problem)
                .map(values -> running.call().answer(running.model(), running.rows(), values));
    }

    private static Throwable cause(CompletionException failure) {
        return failure.getCause() == null ? failure : failure.getCause();
    }

    private Mono<Void> write(ServerHttpResponse response, Object answer) {
        byte[] body = json.writeValueAsBytes(answer);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private static void cancel(@Nullable Running running) {
        if (running != null) {
            running.seen().cancel(false);
            if (running.job() != null) {
                running.job().cancel();
            }
        }
    }

    private ServingEncoder find(Call call, @Nullable String version) {
        ServingEncoder model = encoders.find(call.model(), version).orElseThrow(() -> missing(call, version));
        if (model.capability() != call.capability()) {
            throw cannot(call, "it answers " + model.capability().path());
        }
        return model;
    }

    private ProblemException missing(Call call, @Nullable String version) {
        if (decoders.find(call.model()).isPresent()) {
            return cannot(call, "it answers /v1/chat/completions and /v1/completions");
        }
        return deployments
                .pending(call.model(), version)
                .map(pending -> new ProblemException(
                        Problem.of(ProblemCode.MODEL_LOADING, "Model '" + call.model() + "' is not ready yet.")
                                .retryAfter(RETRY)))
                .orElseGet(() -> new ProblemException(WantedVersion.unknown(call.model(), version)));
    }

    private static ProblemException cannot(Call call, String instead) {
        EncoderCapability wanted = call.capability();
        return new ProblemException(Problem.at(
                ProblemCode.INVALID_VALUE,
                "model",
                "Model '" + call.model() + "' can't be asked at " + wanted.path() + "; " + instead + "."));
    }

    private static ProblemException full(String model) {
        return new ProblemException(Problem.of(
                        ProblemCode.QUEUE_FULL,
                        "Model '" + model + "' holds all the texts it may; send it again later.")
                .retryAfter(RETRY));
    }

    private static ProblemException problem(EncoderFailure failure) {
        return switch (failure.reason()) {
            case EXPIRED -> late();
            case CLOSED ->
                new ProblemException(Problem.of(ProblemCode.MODEL_LOADING, "The model was replaced; send it again.")
                        .retryAfter(RETRY));
            case NO_NUMBERS ->
                new ProblemException(Problem.of(ProblemCode.INTERNAL_ERROR, String.valueOf(failure.getMessage())));
            case BROKEN ->
                new ProblemException(Problem.of(ProblemCode.INTERNAL_ERROR, "The batch of this request failed."));
        };
    }

    private static ProblemException late() {
        return new ProblemException(
                Problem.of(ProblemCode.DEADLINE_EXCEEDED, "The time that the request allowed ran out."));
    }
}
