// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Turns a conversation into training examples of the decoder, in the two ways people and the pipeline will prompt it:
 * plain chat, or with a system message that names the intent and the resolved slot values of the last turn.
 */
public final class ChatExamples {
    /** The system message of plain chats that have one. */
    public static final String SYSTEM = "You are Rivulet, the assistant of a building.";

    private static final List<String> OTHER_SYSTEMS = List.of(
            "You are a helpful assistant.",
            "You are the assistant of an office building. Answer briefly.",
            "You help people in a building.",
            "Be polite and short.");

    private ChatExamples() {}

    /**
     * One message of a chat.
     *
     * @param role system, user or assistant
     * @param content what is said
     */
    public record Message(String role, String content) {}

    /**
     * One training example.
     *
     * @param messages the messages in order; the last one is the assistant's
     * @param train {@code all}: every answer is a target; {@code last}: only the last one
     */
    public record Example(List<Message> messages, String train) {}

    /** The system message that carries an intent and its slot values, as the pipeline writes it. */
    public static String spans(String intent, Map<String, String> resolved) {
        StringBuilder text = new StringBuilder("intent: ").append(intent);
        resolved.forEach(
                (slot, value) -> text.append('\n').append(slot).append(": ").append(value));
        return text.toString();
    }

    /** The conversation as one example. */
    public static Example of(Dialogue dialogue, RandomGenerator random) {
        boolean labelled = !dialogue.turns().getFirst().intent().isEmpty();
        int turns = dialogue.turns().size();
        boolean withSpans = labelled && turns < 6 && random.nextInt(100) < (turns == 1 ? 44 : 26);
        List<Message> messages = new ArrayList<>();
        int dice = random.nextInt(100);
        if (withSpans) {
            messages.add(new Message("system", spansPrompt(dialogue.turns().getLast(), random)));
        } else if (dice < 22) {
            messages.add(new Message("system", SYSTEM));
        } else if (dice < 30) {
            messages.add(new Message("system", OTHER_SYSTEMS.get(random.nextInt(OTHER_SYSTEMS.size()))));
        }
        for (Dialogue.Turn turn : dialogue.turns()) {
            messages.add(new Message("user", turn.utterance().text()));
            messages.add(new Message("assistant", turn.answer()));
        }
        return new Example(messages, withSpans ? "last" : "all");
    }

    private static String spansPrompt(Dialogue.Turn turn, RandomGenerator random) {
        Map<String, String> known = new LinkedHashMap<>(turn.resolved());
        known.keySet().removeIf(_ -> random.nextInt(100) < 5);
        String spans = spans(turn.intent(), known);
        return random.nextInt(100) < 30 ? SYSTEM + "\n" + spans : spans;
    }
}
