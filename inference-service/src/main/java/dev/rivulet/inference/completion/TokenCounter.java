// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.inference.pictures.PictureIntake;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Counts the tokens of prompts on the threads that make them, a bounded number at once. */
final class TokenCounter {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final BodyReader bodies;
    private final RequestReader reader;
    private final PromptThreads prompts;
    private final CompletionStarter starter;
    private final Semaphore places;
    private final JsonMapper json;

    TokenCounter(
            BodyReader bodies,
            PromptThreads prompts,
            CompletionStarter starter,
            PictureIntake intake,
            CompletionProperties properties,
            JsonMapper json) {
        this.bodies = bodies;
        this.reader = RequestReader.of(properties, intake);
        this.prompts = prompts;
        this.starter = starter;
        this.places = new Semaphore(properties.counts());
        this.json = json;
    }

    Mono<Void> handle(ServerWebExchange exchange) {
        AtomicReference<TokenCount> count = new AtomicReference<>();
        return Mono.using(this::place, place -> counting(exchange, count::set), Semaphore::release)
                .then(Mono.defer(() -> write(exchange.getResponse(), count.get())));
    }

    /** Given back before the answer goes out, so that who has read it may ask again. */
    private Semaphore place() {
        if (!places.tryAcquire()) {
            throw new ProblemException(
                    Problem.of(ProblemCode.QUEUE_FULL, "As many prompts are counted as may be; send it again later.")
                            .retryAfter(RETRY));
        }
        return places;
    }

    private Mono<Void> counting(ServerWebExchange exchange, Consumer<TokenCount> counted) {
        Mono<Void> counting = bodies.read(exchange.getRequest())
                .flatMap(body -> prompts.run(() -> counted.accept(starter.count(reader.prompt(body.bytes()))))
                        .doFinally(signal -> body.release()));
        return CompletionHandler.inTime(
                counting, RequestTerms.of(exchange.getRequest().getHeaders(), System.nanoTime()));
    }

    private Mono<Void> write(ServerHttpResponse response, TokenCount count) {
        byte[] body = json.writeValueAsBytes(count);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
