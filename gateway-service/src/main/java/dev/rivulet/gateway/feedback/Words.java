// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What somebody says about an answer, and lets the site keep: he has consented, or nothing of this is there.
 *
 * @param subject whom it is of, by a name of the caller's choice, so that it can be deleted for him; empty if nobody in particular
 * @param tags short words, at most 8
 * @param messages what was asked: the conversation up to the last message of the user, at most 32 messages
 * @param answer what the model had answered
 * @param correction what it should have answered; empty if the answer was right, or he doesn't say
 */
record Words(String subject, List<String> tags, List<Message> messages, String answer, String correction) {

    static final Set<String> FIELDS = Set.of("subject", "tags", "messages", "answer", "correction");
    static final String CONSENT = "consent";

    private static final Set<String> ROLES = Set.of("system", "user", "assistant");
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_TAG = 40;
    private static final int MOST_TAGS = 8;
    private static final int LONGEST_TEXT = 8192;
    private static final int MOST_MESSAGES = 32;

    Words {
        tags = List.copyOf(tags);
        messages = List.copyOf(messages);
    }

    /** One message of the conversation. */
    record Message(String role, String content) {}

    /**
     * Reads them.
     *
     * @param said the body, all of whose fields are known
     * @throws ProblemException {@code invalid_value} for what is too long or of another kind; {@code missing_parameter} for words
     *     without consent, and for a correction of which it isn't said what was asked and answered
     */
    static Words of(JsonNode said) {
        for (String field : FIELDS) {
            if (said.has(field) && !said.path(CONSENT).asBoolean(false)) {
                throw problem(
                        ProblemCode.MISSING_PARAMETER,
                        CONSENT,
                        "'" + field + "' is kept with consent alone: say \"consent\": true, or leave it out.");
            }
        }
        Words words = new Words(
                text(said, "subject", LONGEST_NAME),
                tags(said.path("tags")),
                messages(said.path("messages")),
                text(said, "answer", LONGEST_TEXT),
                text(said, "correction", LONGEST_TEXT));
        if (!words.correction().isBlank()
                && (words.messages().isEmpty() || words.answer().isBlank())) {
            throw problem(
                    ProblemCode.MISSING_PARAMETER,
                    words.messages().isEmpty() ? "messages" : "answer",
                    "A correction comes with the messages and the answer that it corrects.");
        }
        return words;
    }

    private static String text(JsonNode said, String field, int longest) {
        JsonNode text = said.path(field);
        if (text.isMissingNode()) {
            return "";
        }
        if (!text.isString() || text.asString().length() > longest) {
            throw problem(ProblemCode.INVALID_VALUE, field, "This is a text of at most " + longest + " characters.");
        }
        return text.asString();
    }

    private static List<String> tags(JsonNode tags) {
        List<String> read = new ArrayList<>();
        if (tags.isMissingNode()) {
            return read;
        }
        if (!tags.isArray() || tags.size() > MOST_TAGS) {
            throw problem(ProblemCode.INVALID_VALUE, "tags", "These are at most " + MOST_TAGS + " short words.");
        }
        for (JsonNode tag : tags) {
            if (!tag.isString() || tag.asString().isBlank() || tag.asString().length() > LONGEST_TAG) {
                throw problem(
                        ProblemCode.INVALID_VALUE, "tags", "A tag is a text of 1 to " + LONGEST_TAG + " characters.");
            }
            read.add(tag.asString());
        }
        return read;
    }

    private static List<Message> messages(JsonNode messages) {
        List<Message> read = new ArrayList<>();
        if (messages.isMissingNode()) {
            return read;
        }
        if (!messages.isArray() || messages.isEmpty() || messages.size() > MOST_MESSAGES) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "messages",
                    "This is a conversation of 1 to " + MOST_MESSAGES + " messages.");
        }
        for (JsonNode message : messages) {
            JsonNode role = message.path("role");
            JsonNode content = message.path("content");
            if (!role.isString()
                    || !ROLES.contains(role.asString())
                    || !content.isString()
                    || content.asString().length() > LONGEST_TEXT) {
                throw problem(
                        ProblemCode.INVALID_VALUE,
                        "messages",
                        "A message has a role of " + ROLES.stream().sorted().toList() + " and a text of at most "
                                + LONGEST_TEXT + " characters.");
            }
            read.add(new Message(role.asString(), content.asString()));
        }
        if (!read.getLast().role().equals("user")) {
            throw problem(ProblemCode.INVALID_VALUE, "messages", "The last message is the user's.");
        }
        return read;
    }

    /** Whether there is anything to keep. */
    boolean isEmpty() {
        return messages.isEmpty() && tags.isEmpty() && answer.isEmpty() && correction.isEmpty();
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, Shown.text(param), message));
    }
}
