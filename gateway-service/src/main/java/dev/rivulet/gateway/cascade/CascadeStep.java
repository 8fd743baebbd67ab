// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.cascade.CascadeProperties.Label;
import dev.rivulet.gateway.cascade.CascadeProperties.Route;
import dev.rivulet.gateway.exchange.Aliases;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ModelField;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Takes requests for the names of routes, and requests of any model whose caller wants several answers compared. */
final class CascadeStep implements Step, Aliases {

    /** How many answers are to be compared. */
    static final String ENSEMBLE = "x-rivulet-ensemble";

    /** The token of a partial answer to go on with. */
    static final String CONTINUE = "x-rivulet-continue";

    private final CascadeProperties settings;
    private final JsonMapper json;
    private final Classifier classifier;
    private final WholeCascade whole;
    private final StreamCascade streams;
    private final Ensemble ensemble;
    private final Partials partials;
    private final List<Alias> aliases;

    CascadeStep(
            CascadeProperties settings,
            JsonMapper json,
            Classifier classifier,
            WholeCascade whole,
            StreamCascade streams,
            Ensemble ensemble,
            Partials partials) {
        this.settings = settings;
        this.json = json;
        this.classifier = classifier;
        this.whole = whole;
        this.streams = streams;
        this.ensemble = ensemble;
        this.partials = partials;
        this.aliases = settings.routes().entrySet().stream()
                .map(route -> new Alias(route.getKey(), route.getValue().models()))
                .toList();
    }

    @Override
    public int getOrder() {
        return Order.CASCADE;
    }

    @Override
    public List<Alias> all() {
        return aliases;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        String name = ask.envelope().model();
        Route route = settings.routes().get(name);
        if (ask.counts()) {
            return next.answer(route == null ? ask : ofSmallest(ask, route));
        }
        boolean compared = ask.passage().hint(ENSEMBLE).isPresent();
        if (route == null && !compared) {
            return next.answer(ask);
        }
        Route taken = route == null ? Route.comparing(name) : route;
        return Mono.defer(() -> {
                    Question question = goneOn(Question.of(ask, json), name);
                    int size = size(taken, ask.passage());
                    return size > 1
                            ? ensemble.answer(name, taken, question, next, size)
                            : climb(name, taken, question, next);
                })
                .onErrorResume(Models.CallersFaultException.class, callers -> Mono.just(callers.answer()));
    }

    /** Its tokens are those of the model that is asked first. */
    private static Ask ofSmallest(Ask ask, Route route) {
        String model = route.models().getFirst();
        return ask.with(ask.path(), ask.envelope().of(model), ModelField.replaced(ask.body(), model));
    }

    private Mono<Answer> climb(String name, Route route, Question question, Answering next) {
        return firstRung(route, question, next).flatMap(rung -> {
            Climb climb = Climb.from(name, route, question, next, rung);
            return question.ask().envelope().stream() ? streams.answer(climb) : whole.answer(climb);
        });
    }

    /** A question that is known to be hard goes past the smallest model. */
    private Mono<Integer> firstRung(Route route, Question question, Answering next) {
        Label label = route.escalate().question();
        if (label == null || route.models().size() == 1) {
            return Mono.just(0);
        }
        return classifier
                .score(label, question.text(), question.ask(), next)
                .map(score -> score >= label.score() ? 1 : 0);
    }

    private int size(Route route, Passage passage) {
        return passage.hint(ENSEMBLE)
                .map(given -> {
                    if (!given.matches("[1-8]") || Integer.parseInt(given) > settings.ensembles()) {
                        throw new ProblemException(Problem.at(
                                ProblemCode.INVALID_VALUE,
                                ENSEMBLE,
                                "'" + ENSEMBLE + "' must be 1 to " + settings.ensembles() + "."));
                    }
                    return Integer.parseInt(given);
                })
                .orElse(route.ensemble());
    }

    private Question goneOn(Question question, String name) {
        Passage passage = question.ask().passage();
        return passage.hint(CONTINUE)
                .map(token -> partials.find(token, passage.caller(), name)
                        .map(question::after)
                        .orElseThrow(() -> new ProblemException(Problem.at(
                                ProblemCode.INVALID_VALUE,
                                CONTINUE,
                                "There is no answer to go on with under this token. Send the request without it."))))
                .orElse(question);
    }
}
