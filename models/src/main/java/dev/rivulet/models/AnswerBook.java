// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Words the answer to an intent from its resolved slot values: every value verbatim, nothing computed. */
public final class AnswerBook {
    private final BuildingSchema schema;
    private final TemplateBook book;

    public AnswerBook(BuildingSchema schema, TemplateBook book) {
        this.schema = schema;
        this.book = book;
    }

    /**
     * One answer; when a required slot is open, the question for it and what is known so far.
     *
     * @param intent intent of the turn
     * @param resolved slot values that hold
     */
    public String answer(String intent, Map<String, String> resolved, RandomGenerator random) {
        Optional<BuildingSchema.SlotRule> missing = schema.firstMissing(intent, resolved.keySet());
        if (missing.isPresent()) {
            return ask(missing.get(), resolved);
        }
        List<Phrase> answers = book.answers().getOrDefault(intent, List.of());
        if (answers.isEmpty()) {
            throw new IllegalStateException("no answer is written for " + intent);
        }
        StringBuilder text = new StringBuilder();
        word(answers.get(random.nextInt(answers.size())), resolved, text);
        return Speech.tidy(Character.toUpperCase(text.charAt(0)) + text.substring(1));
    }

    private String ask(BuildingSchema.SlotRule missing, Map<String, String> resolved) {
        String question = book.asks().get(missing.key());
        if (question == null) {
            throw new IllegalStateException("no question is written for the slot " + missing.key());
        }
        return resolved.isEmpty() ? question : question + " I have noted " + String.join(", ", resolved.values()) + ".";
    }

    private static void word(Phrase phrase, Map<String, String> resolved, StringBuilder out) {
        for (Phrase.Part part : phrase.parts()) {
            switch (part) {
                case Phrase.Words words -> out.append(words.text());
                case Phrase.Slot slot -> out.append(resolved.getOrDefault(slot.name(), ""));
                case Phrase.Maybe maybe -> {
                    if (resolved.keySet().containsAll(maybe.inner().slots())) {
                        word(maybe.inner(), resolved, out);
                    }
                }
                case Phrase.Choice _, Phrase.Range _, Phrase.Reference _ ->
                    throw new IllegalStateException("an answer has slots and optional parts only: " + phrase.source());
            }
        }
    }
}
