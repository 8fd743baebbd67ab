// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.Passage;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v1/feedback}: what a caller thinks of an answer that he got, once for each, and what he lets the site keep of his words. */
final class FeedbackRoute implements ApiRoute {

    private static final String PATH = "/v1/feedback";
    private static final int LARGEST = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Verdicts verdicts;
    private final SiteShelf shelf;
    private final JsonMapper json;
    private final InstantSource clock;
    private final MeterRegistry meters;

    FeedbackRoute(Verdicts verdicts, SiteShelf shelf, JsonMapper json, InstantSource clock, MeterRegistry meters) {
        this.verdicts = verdicts;
        this.shelf = shelf;
        this.json = json;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return Set.of(HttpMethod.POST);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        String caller = Passage.of(exchange).caller();
        return JsonBody.of(exchange.getRequest(), LARGEST, PATIENCE)
                .map(body -> Opinion.of(json, body))
                .flatMap(opinion -> verdicts.on(caller, opinion.request())
                        .flatMap(answered -> verdicts.give(
                                        answered, opinion.request(), opinion.score(), clock.instant())
                                .then(kept(caller, answered, opinion))
                                .then(Mono.defer(
                                        () -> JsonAnswer.write(exchange, HttpStatus.OK, body(answered, opinion))))));
    }

    /** Words stay here, and nothing of them is told on. */
    private Mono<Void> kept(String caller, Answered answered, Opinion opinion) {
        Words words = opinion.words();
        if (words.isEmpty()) {
            return Mono.empty();
        }
        return Mono.<Void>fromRunnable(() -> shelf.keep(
                        caller,
                        new KeptWords(
                                opinion.request(),
                                answered.model(),
                                answered.version(),
                                opinion.score(),
                                clock.instant().getEpochSecond(),
                                words.subject(),
                                words.tags(),
                                words.messages(),
                                words.answer(),
                                words.correction())))
                .subscribeOn(Schedulers.boundedElastic())
                .doOnSuccess(nothing -> count("kept"));
    }

    private byte[] body(Answered answered, Opinion opinion) {
        return json.writeValueAsBytes(json.createObjectNode()
                .put("object", "feedback")
                .put("request_id", opinion.request())
                .put("model", answered.model())
                .put("version", answered.version())
                .put("score", opinion.score()));
    }

    private void count(String outcome) {
        meters.counter("rivulet.gateway.feedback", "outcome", outcome).increment();
    }
}
