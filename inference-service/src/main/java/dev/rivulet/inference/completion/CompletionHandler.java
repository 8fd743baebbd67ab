package dev.rivulet.inference.completion;

import dev.rivulet.inference.completion.RequestLife.Running;
import dev.rivulet.inference.completion.TokenStream.StreamText;
import dev.rivulet.inference.contract.ChatCompletion;
import dev.rivulet.inference.contract.TextCompletion;
import dev.rivulet.inference.contract.Usage;
import dev.rivulet.inference.execution.Batch;
import dev.rivulet.inference.execution.Ending;
import dev.rivulet.inference.execution.Generation;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** One completion request from its first byte to its last. */
final class CompletionHandler {

    private final BodyReader bodies;
    private final RequestReader reader;
    private final PromptThreads prompts;
    private final CompletionStarter starter;
    private final CompletionMetrics metrics;
    private final CompletionProperties properties;
    private final JsonMapper json;
    private final Clock clock;

    CompletionHandler(
            CompletionStarter starter,
            PromptThreads prompts,
            CompletionMetrics metrics,
            CompletionProperties properties,
            JsonMapper json,
            Clock clock) {
        this.bodies = new BodyReader(properties);
        this.reader = new RequestReader(
                properties.maxMessages(), Math.toIntExact(properties.maxBody().toBytes()));
        this.prompts = prompts;
        this.starter = starter;
        this.metrics = metrics;
        this.properties = properties;
        this.json = json;
        this.clock = clock;
        metrics.watch(bodies::held);
    }

    Mono<Void> handle(ServerWebExchange exchange, boolean chat) {
        return Mono.deferContextual(context -> {
            RequestLife life = new RequestLife(
                    RequestId.of(exchange),
                    TraceParent.of(context),
                    RequestTerms.of(exchange.getRequest().getHeaders(), System.nanoTime()));
            return inTime(begin(exchange, chat, life), life.terms())
                    .then(Mono.defer(() -> answer(exchange, life, chat)))
                    .doFinally(signal -> life.close());
        });
    }

    private Mono<Void> begin(ServerWebExchange exchange, boolean chat, RequestLife life) {
        return bodies.read(exchange.getRequest())
                .flatMap(body -> {
                    life.holds(body);
                    return prompts.run(() -> start(body, chat, life));
                })
                .then();
    }

    /** Until a request is in the loop, its deadline is watched here. */
    private static Mono<Void> inTime(Mono<Void> begin, Terms terms) {
        if (terms.deadline().isEmpty()) {
            return begin;
        }
        Duration left = Duration.ofNanos(Math.max(1, terms.deadline().getAsLong() - System.nanoTime()));
        return begin.timeout(
                left,
                Mono.error(() -> new ProblemException(Problem.of(
                        ProblemCode.DEADLINE_EXCEEDED,
                        "The time that the request allowed ran out before it could begin."))));
    }

    private void start(BodyReader.Held body, boolean chat, RequestLife life) {
        if (life.closed()) {
            return;
        }
        byte[] bytes = body.bytes();
        CompletionCommand command = chat ? reader.chat(bytes) : reader.text(bytes);
        life.bodyRead();
        starter.start(command, life);
    }

    private Mono<Void> answer(ServerWebExchange exchange, RequestLife life, boolean chat) {
        Running running = life.running();
        Executor executor = EventLoop.of(exchange.getRequest());
        return running.command().stream()
                ? stream(exchange.getResponse(), running, chat, executor)
                : whole(running.generation(), executor)
                        .flatMap(batch -> write(exchange.getResponse(), running, chat, batch));
    }

    private Mono<Void> stream(ServerHttpResponse response, Running running, boolean chat, Executor executor) {
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.TEXT_EVENT_STREAM);
        headers.setCacheControl("no-store");
        headers.set("X-Accel-Buffering", "no");
        TokenStream tokens = new TokenStream(running.generation(), events(running, chat), executor, properties.ping());
        return response.writeAndFlushWith(Flux.from(tokens)
                .map(bytes -> Mono.just(response.bufferFactory().wrap(bytes))));
    }

    private StreamText events(Running running, boolean chat) {
        CompletionCommand command = running.command();
        Frames frames = new Frames(
                chat, newId(chat), clock.instant().getEpochSecond(), command.model(), command.includeUsage());
        return new StreamText() {
            @Override
            public StringBuilder text(String text) {
                return frames.text(text);
            }

            @Override
            public void end(Ending ending, StringBuilder events) {
                CompletionHandler.this.end(running, frames, ending, events);
            }
        };
    }

    private void end(Running running, Frames frames, Ending ending, StringBuilder events) {
        switch (ending) {
            case Ending.Finished finished -> {
                frames.finish(finished.reason().wire(), events);
                if (running.command().includeUsage()) {
                    frames.usage(usage(ending), events);
                }
                Frames.done(timing(running, ending).header(), events);
            }
            case Ending.Failed failed ->
                events.append("data: ")
                        .append(json.writeValueAsString(OpenAiError.of(failed.problem())))
                        .append("\n\n");
            case Ending.Cancelled ignored -> {}
        }
    }

    /** The whole answer, once it is there. */
    private static Mono<Batch> whole(Generation generation, Executor executor) {
        return Mono.create(sink -> {
            sink.onCancel(generation::cancel);
            generation.onReady(() -> executor.execute(() -> sink.success(generation.take())));
        });
    }

    private Mono<Void> write(ServerHttpResponse response, Running running, boolean chat, Batch batch) {
        Ending ending = batch.ending();
        return switch (ending) {
            case Ending.Finished finished -> {
                byte[] body = json.writeValueAsBytes(answer(running, chat, batch.text(), finished));
                response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
                response.getHeaders().setContentLength(body.length);
                response.getHeaders()
                        .set("Server-Timing", timing(running, finished).header());
                DataBuffer buffer = response.bufferFactory().wrap(body);
                yield response.writeWith(Mono.just(buffer));
            }
            case Ending.Failed failed -> Mono.error(new ProblemException(failed.problem()));
            case Ending.Cancelled ignored -> Mono.error(gone());
            case null -> Mono.error(gone());
        };
    }

    private static ProblemException gone() {
        return new ProblemException(Problem.of(ProblemCode.INTERNAL_ERROR, "The request was cancelled."));
    }

    private Object answer(Running running, boolean chat, String text, Ending.Finished ending) {
        String id = newId(chat);
        long created = clock.instant().getEpochSecond();
        String model = running.command().model();
        String reason = ending.reason().wire();
        return chat
                ? ChatCompletion.of(id, created, model, text, reason, usage(ending))
                : TextCompletion.of(id, created, model, text, reason, usage(ending));
    }

    private StageTiming timing(Running running, Ending ending) {
        StageTiming timing = StageTiming.of(running.tokenise(), ending.times(), System.nanoTime());
        metrics.answered(running.command().model(), timing);
        return timing;
    }

    private static Usage usage(Ending ending) {
        return Usage.of(
                ending.usage().promptTokens(),
                ending.usage().completionTokens(),
                ending.usage().cachedTokens());
    }

    private static String newId(boolean chat) {
        return (chat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID().toString().replace("-", "");
    }
}
