package dev.rivulet.gateway.feedback;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v1/feedback}: what a caller thinks of an answer that he got, once for each, and what he lets the site keep of his words. */
final class FeedbackRoute implements ApiRoute {

    private static final Logger log = LoggerFactory.getLogger(FeedbackRoute.class);
    private static final String PATH = "/v1/feedback";
    private static final int LARGEST = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AnsweredRequests answers;
    private final FeedbackLog told;
    private final SiteShelf shelf;
    private final JsonMapper json;
    private final InstantSource clock;
    private final MeterRegistry meters;

    FeedbackRoute(
            AnsweredRequests answers,
            FeedbackLog told,
            SiteShelf shelf,
            JsonMapper json,
            InstantSource clock,
            MeterRegistry meters) {
        this.answers = answers;
        this.told = told;
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
                .flatMap(opinion -> {
                    Answered answered = answers.find(caller, opinion.request()).orElseThrow(this::unknown);
                    return tell(answered, opinion)
                            .then(kept(caller, answered, opinion))
                            .then(Mono.defer(() -> JsonAnswer.write(exchange, HttpStatus.OK, body(answered, opinion))));
                });
    }

    private Mono<Void> tell(Answered answered, Opinion opinion) {
        return switch (answered.take(opinion.score())) {
            case AGAIN -> Mono.empty();
            case OTHER ->
                throw new ProblemException(Problem.at(
                        ProblemCode.ALREADY_EXISTS,
                        "request_id",
                        "There is another verdict on this answer; the first holds."));
            case FIRST ->
                told.given(event(answered, opinion))
                        .doOnSuccess(nothing -> count("given"))
                        .doOnCancel(answered::forget)
                        .onErrorMap(failure -> {
                            answered.forget();
                            count("failed");
                            log.warn("Feedback can't be told on: {}", failure.toString());
                            return new ProblemException(Problem.of(
                                    ProblemCode.BROKER_UNAVAILABLE,
                                    "Feedback can't be taken now. Try again in a moment."));
                        });
        };
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

    private FeedbackGiven event(Answered answered, Opinion opinion) {
        Instant now = clock.instant();
        return FeedbackGiven.newBuilder()
                .setRequest(opinion.request())
                .setModel(answered.model())
                .setVersion(answered.version())
                .setScore(opinion.score())
                .setGivenAt(
                        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
                .build();
    }

    private byte[] body(Answered answered, Opinion opinion) {
        return json.writeValueAsBytes(json.createObjectNode()
                .put("object", "feedback")
                .put("request_id", opinion.request())
                .put("model", answered.model())
                .put("version", answered.version())
                .put("score", opinion.score()));
    }

    private ProblemException unknown() {
        count("unknown");
        return new ProblemException(Problem.at(
                ProblemCode.NOT_FOUND,
                "request_id",
                "This gateway knows no answer of yours to that request, or it knows it no longer."));
    }

    private void count(String outcome) {
        meters.counter("rivulet.gateway.feedback", "outcome", outcome).increment();
    }
}
