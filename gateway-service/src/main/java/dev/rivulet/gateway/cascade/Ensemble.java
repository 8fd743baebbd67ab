// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.cascade.CascadeProperties.Label;
import dev.rivulet.gateway.cascade.CascadeProperties.Route;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Comparator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks for several answers at once and gives the best one. */
final class Ensemble {

    private final Models models;
    private final Classifier classifier;
    private final Ladder ladder;
    private final Replies replies;

    Ensemble(Models models, Classifier classifier, Ladder ladder, Replies replies) {
        this.models = models;
        this.classifier = classifier;
        this.ladder = ladder;
        this.replies = replies;
    }

    private record Scored(Spoken spoken, double score, int number) {}

    /**
     * The best of the answers that come; one that fails is left out.
     *
     * @param size how many are asked for; each gets a seed of its own, and the models take turns
     */
    Mono<Answer> answer(String name, Route route, Question question, Answering next, int size) {
        return Flux.range(0, size)
                .flatMap(number -> one(route, question, next, number), size)
                .collectList()
                .flatMap(all -> all.stream()
                        .max(Comparator.comparingDouble(Scored::score)
                                .thenComparing(Scored::number, Comparator.reverseOrder()))
                        .map(best -> Mono.fromSupplier(() -> {
                            ladder.said(
                                    name,
                                    question.ask().passage(),
                                    best.spoken().model(),
                                    "ensemble");
                            return replies.whole(question, best.spoken().shown(question));
                        }))
                        .orElseGet(() -> ladder.bottom(name, route, question, nobody())));
    }

    private Mono<Scored> one(Route route, Question question, Answering next, int number) {
        String model = route.models().get(number % route.models().size());
        return models.whole(question.to(model, false, route.scorer() == null, number), next)
                .flatMap(spoken -> score(route, question, next, spoken).map(score -> new Scored(spoken, score, number)))
                .onErrorResume(Models::mayBeAskedOfAnother, failure -> Mono.empty());
    }

    private Mono<Double> score(Route route, Question question, Answering next, Spoken spoken) {
        Label scorer = route.scorer();
        return scorer == null
                ? Mono.just(spoken.meanLogprob().orElse(Double.NEGATIVE_INFINITY))
                : classifier.score(scorer, spoken.text(), question.ask(), next);
    }

    private static ProblemException nobody() {
        return new ProblemException(
                Problem.of(ProblemCode.NO_REPLICA, "None of the models gave an answer. Send this request again."));
    }
}
