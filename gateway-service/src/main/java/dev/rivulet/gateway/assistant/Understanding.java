// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Label;
import dev.rivulet.gateway.assistant.Values.Meaning;
import dev.rivulet.gateway.assistant.Values.Prompt;
import dev.rivulet.gateway.assistant.Values.Seen;
import dev.rivulet.gateway.assistant.Values.Span;
import dev.rivulet.gateway.assistant.Values.Spans;
import dev.rivulet.graph.Stage;
import dev.rivulet.models.BuildingSchema;
import dev.rivulet.models.ChatExamples;
import dev.rivulet.models.Resolution;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts together what is meant, from what was found in the question, what its picture shows where the graph gives that, and what the
 * turns before have left. A word wins over a picture, a picture over what is remembered.
 */
final class Understanding {

    private final BuildingSchema schema;
    private final Dialogs dialogs;
    private final double least;

    /** @param least confidence of an intent below which it counts for nothing, 0 to 1 */
    Understanding(BuildingSchema schema, Dialogs dialogs, double least) {
        this.schema = schema;
        this.dialogs = dialogs;
        this.least = least;
    }

    /** The intent is not sure enough for an answer of the model. */
    static final class UnsureException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnsureException(Meaning meaning) {
            super(
                    "the question is understood with a confidence of %.2f".formatted(meaning.confidence()),
                    null,
                    false,
                    false);
        }
    }

    /** What is meant, which the conversation remembers; unknown without an intent. */
    Meaning meaning(Stage.Call call) {
        Optional<Label> label = call.optional("label", Label.class);
        if (label.isEmpty() || !schema.intents().containsKey(label.get().name())) {
            return Meaning.UNKNOWN;
        }
        String intent = label.get().name();
        Map<String, String> named = new LinkedHashMap<>();
        call.optional("spans", Spans.class).ifPresent(spans -> {
            for (Span span : spans.all()) {
                if (schema.slotsOf(intent).contains(span.label())) {
                    named.putIfAbsent(span.label(), span.text());
                }
            }
        });
        call.optional("seen", Seen.class)
                .ifPresent(seen -> seen.slots().forEach((slot, value) -> {
                    if (schema.slotsOf(intent).contains(slot)) {
                        named.putIfAbsent(slot, value);
                    }
                }));
        Question question = call.input(Values.QUESTION, Question.class);
        Resolution resolution = question.before().copy();
        Meaning meaning = new Meaning(intent, label.get().score(), resolution.resolve(intent, named));
        dialogs.meant(question.place(), resolution);
        return meaning;
    }

    /**
     * The system message as the built-in decoder was trained with it; none where nothing is known of the question.
     *
     * @throws UnsureException if the question is not understood well enough
     */
    Prompt prompt(Stage.Call call) {
        Meaning meaning = call.optional("meaning", Meaning.class).orElse(Meaning.UNKNOWN);
        String intent = meaning.intent();
        if (intent == null) {
            return new Prompt("");
        }
        if (meaning.confidence() < least) {
            throw new UnsureException(meaning);
        }
        return new Prompt(ChatExamples.spans(intent, meaning.values()));
    }
}
