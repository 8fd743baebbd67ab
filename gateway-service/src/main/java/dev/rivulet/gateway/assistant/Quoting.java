// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Meaning;
import dev.rivulet.gateway.assistant.Values.Passages;
import dev.rivulet.gateway.documents.Excerpt;
import dev.rivulet.gateway.documents.Finder;
import dev.rivulet.graph.Stage;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Finds passages of the caller's documents, and quotes the best where the building's own abilities don't cover the question. */
final class Quoting {

    /** What is said of passages that no model has compared. */
    static final String WORDS_ALONE = "words_alone";

    private static final Set<String> ABOUT_THE_WORLD = Set.of("", "out_of_scope");
    private static final int LONGEST = 600;

    private final Finder finder;
    private final int most;
    private final double least;

    /**
     * @param most passages
     * @param least confidence of an intent below which nothing is known of it
     */
    Quoting(Finder finder, int most, double least) {
        this.finder = finder;
        this.most = most;
        this.least = least;
    }

    Mono<Passages> found(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        if (question.text().isBlank()) {
            return Mono.just(Passages.NONE);
        }
        return finder.find(question.ask(), question.models(), question.text(), most)
                .map(found -> new Passages(found.passages(), found.wordsAlone()))
                .doOnNext(found -> {
                    if (found.wordsAlone()) {
                        question.notices().lacks(call.stage().name(), WORDS_ALONE);
                    }
                    if (!found.all().isEmpty()) {
                        // Documents come and go.
                        question.ask().passage().fleeting();
                    }
                });
    }

    /** A quotation with its source, and how little was searched by; empty where none is needed, or there is none and all was searched. */
    String quoted(Stage.Call call) {
        String intent = call.optional("meaning", Meaning.class)
                .orElse(Meaning.UNKNOWN)
                .known(least)
                .orElse("");
        boolean wanted = ABOUT_THE_WORLD.contains(intent) || intent.startsWith("info.");
        if (!wanted) {
            return "";
        }
        return call.optional("passages", Passages.class)
                .map(Quoting::quoted)
                .orElse("I could not search your documents.");
    }

    private static String quoted(Passages passages) {
        String less = passages.wordsAlone() ? "I could search your documents by their words alone." : "";
        if (passages.all().isEmpty()) {
            return less;
        }
        Excerpt best = passages.all().getFirst();
        String text = best.text().strip();
        return "From \"" + best.document() + "\": "
                + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text)
                + (less.isEmpty() ? "" : "\n" + less);
    }
}
