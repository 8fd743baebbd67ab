// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.Vision;
import dev.rivulet.inference.completion.RequestLife.Running;
import dev.rivulet.inference.completion.TokenStream.StreamText;
import dev.rivulet.inference.contract.ChatCompletion;
import dev.rivulet.inference.contract.TextCompletion;
import dev.rivulet.inference.execution.Batch;
import dev.rivulet.inference.execution.Ending;
import dev.rivulet.inference.execution.Generation;
import dev.rivulet.inference.pictures.Pictures;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Pictures pictures;
    private final CompletionStarter starter;
    private final CompletionMetrics metrics;
    private final CompletionProperties properties;
    private final JsonMapper json;
    private final Clock clock;

    CompletionHandler(
            RequestReader reader,
            CompletionStarter starter,
            PromptThreads prompts,
            Pictures pictures,
            CompletionMetrics metrics,
            CompletionProperties properties,
            JsonMapper json,
            Clock clock) {
        this.bodies = new BodyReader(properties);
        this.reader = reader;
        this.prompts = prompts;
        this.pictures = pictures;
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
                    RequestTerms.of(exchange.getRequest().getHeaders(), System.nanoTime()),
                    WantedVersion.of(exchange.getRequest().getHeaders()));
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
                .then(Mono.defer(() -> looked(life)));
    }

    /** Pictures are looked at after a place was granted and before anything waits for a slot. */
    private Mono<Void> looked(RequestLife life) {
        RequestLife.Looking looking = life.looking();
        if (looking == null || life.closed()) {
            return Mono.empty();
        }
        Duration left = life.terms().deadline().isEmpty()
                ? properties.bodyTimeout().plus(Duration.ofHours(1))
                : Duration.ofNanos(life.terms().deadline().getAsLong() - System.nanoTime());
        Vision vision = looking.model().vision().orElseThrow();
        return Mono.fromFuture(() -> pictures.look(
                        looking.model().version(),
                        vision,
                        looking.command().pictures(),
                        life.terms().tenant(),
                        left))
                .flatMap(sights -> {
                    life.bodyRead();
                    return prompts.run(() -> starter.answer(looking.command(), sights, life));
                });
    }

    /** Until a request is in the loop, its deadline is watched here. */
    static Mono<Void> inTime(Mono<Void> begin, Terms terms) {
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
        if (command.pictures().isEmpty()) {
            life.bodyRead();
        }
        starter.start(command, life);
    }

    private Mono<Void> answer(ServerWebExchange exchange, RequestLife life, boolean chat) {
        Running running = life.running();
        exchange.getResponse().getHeaders().set(WantedVersion.HEADER, running.version());
        if (running.notice() != null) {
            exchange.getResponse().getHeaders().set(Blindness.HEADER, Blindness.PICTURES);
        }
        Executor executor = EventLoop.of(exchange.getRequest());
        return running.command().stream()
                ? stream(exchange.getResponse(), running, chat, executor)
                : whole(running.generations(), executor)
                        .flatMap(batches -> write(exchange.getResponse(), running, chat, batches));
    }

    private Mono<Void> stream(ServerHttpResponse response, Running running, boolean chat, Executor executor) {
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.TEXT_EVENT_STREAM);
        headers.setCacheControl("no-store");
        headers.set("X-Accel-Buffering", "no");
        TokenStream tokens = new TokenStream(running.generations(), events(running, chat), executor, properties.ping());
        return response.writeAndFlushWith(Flux.from(tokens)
                .map(bytes -> Mono.just(response.bufferFactory().wrap(bytes))));
    }

    private StreamText events(Running running, boolean chat) {
        CompletionCommand command = running.command();
        Frames frames = new Frames(
                chat,
                newId(chat),
                clock.instant().getEpochSecond(),
                command.model(),
                command.includeUsage(),
                command.choices());
        return new StreamEvents(running, chat, frames, json, endings -> timing(running, Endings.gravest(endings)));
    }

    /** The whole answers, once the last of them or a failure is there. */
    private static Mono<List<Batch>> whole(List<Generation> generations, Executor executor) {
        return Mono.create(sink -> {
            sink.onCancel(() -> generations.forEach(Generation::cancel));
            Batch[] batches = new Batch[generations.size()];
            AtomicInteger missing = new AtomicInteger(batches.length);
            for (int i = 0; i < batches.length; i++) {
                int index = i;
                Generation generation = generations.get(i);
                generation.onReady(() -> executor.execute(() -> {
                    Batch batch = generation.take();
                    batches[index] = batch;
                    if (!(batch.ending() instanceof Ending.Finished)) {
                        sink.success(List.of(batch));
                    } else if (missing.decrementAndGet() == 0) {
                        sink.success(List.of(batches));
                    }
                }));
            }
        });
    }

    private Mono<Void> write(ServerHttpResponse response, Running running, boolean chat, List<Batch> batches) {
        List<Ending> endings = new ArrayList<>(batches.size());
        for (Batch batch : batches) {
            switch (batch.ending()) {
                case Ending.Finished finished -> endings.add(finished);
                case Ending.Failed failed -> {
                    return Mono.error(new ProblemException(failed.problem()));
                }
                case Ending.Cancelled ignored -> {
                    return Mono.error(gone());
                }
                case null -> {
                    return Mono.error(gone());
                }
            }
        }
        byte[] body = json.writeValueAsBytes(answer(running, chat, batches, endings));
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        response.getHeaders()
                .set("Server-Timing", timing(running, Endings.gravest(endings)).header());
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }

    private static ProblemException gone() {
        return new ProblemException(Problem.of(ProblemCode.INTERNAL_ERROR, "The request was cancelled."));
    }

    private Object answer(Running running, boolean chat, List<Batch> batches, List<Ending> endings) {
        String id = newId(chat);
        long created = clock.instant().getEpochSecond();
        String model = running.command().model();
        WholeAnswer answer = new WholeAnswer(running);
        return chat
                ? ChatCompletion.of(id, created, model, answer.chat(batches), StreamEvents.usage(endings))
                : TextCompletion.of(id, created, model, answer.text(batches), StreamEvents.usage(endings));
    }

    private StageTiming timing(Running running, Ending ending) {
        StageTiming timing = StageTiming.of(running.tokenise(), ending.times(), System.nanoTime());
        metrics.answered(running.command().model(), timing);
        return timing;
    }

    private static String newId(boolean chat) {
        return (chat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID().toString().replace("-", "");
    }
}
