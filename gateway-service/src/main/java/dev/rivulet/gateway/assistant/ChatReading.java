// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Question.Turn;
import dev.rivulet.gateway.assistant.Senses.Sound;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads a chat that is meant for the assistant. */
final class ChatReading {

    private static final int MOST_MESSAGES = 1_000;
    private static final String SOUND = "input_audio";
    private static final String PICTURE = "image_url";
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
    private static final List<String> NOT_HERE =
            List.of("tools", "functions", "tool_choice", "response_format", "logprobs", "audio", "modalities");

    private final JsonMapper json;

    ChatReading(JsonMapper json) {
        this.json = json;
    }

    /** @throws ProblemException if it is no chat that the assistant can answer */
    ObjectNode body(Ask ask) {
        if (!ask.path().equals(Endpoint.CHAT.path())) {
            throw invalid("model", "The assistant answers at " + Endpoint.CHAT.path() + " alone.");
        }
        try {
            if (json.readTree(ask.body()) instanceof ObjectNode body) {
                NOT_HERE.stream()
                        .filter(name -> isGiven(body.path(name)))
                        .findFirst()
                        .ifPresent(name -> {
                            throw new ProblemException(Problem.at(
                                    ProblemCode.UNSUPPORTED_PARAMETER,
                                    name,
                                    "The assistant takes no '" + name + "'. Ask one of the models itself."));
                        });
                if (body.path("n").asInt(1) != 1) {
                    throw invalid("n", "The assistant gives one answer: 'n' must be 1.");
                }
                return body;
            }
        } catch (JacksonException e) {
            // The body has been read before, so that this is the same answer as to one that is no object.
        }
        throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body must be a JSON object."));
    }

    private static boolean isGiven(JsonNode value) {
        return !value.isMissingNode()
                && !value.isNull()
                && !(value.isBoolean() && !value.asBoolean())
                && !(value.isArray() && value.isEmpty());
    }

    /**
     * The messages with their words.
     *
     * @throws ProblemException unless there are messages with words, of which the last is the user's; beside or instead of words it may
     *     have a recording and a picture
     */
    List<Turn> turns(ObjectNode body) {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty() || messages.size() > MOST_MESSAGES) {
            throw invalid("messages", "'messages' must be a list of 1 to " + MOST_MESSAGES + " messages.");
        }
        List<Turn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            turns.add(turn(message, "messages[" + turns.size() + "]"));
        }
        if (!turns.getLast().role().equals("user")
                || turns.getLast().text().isBlank() && senses(body).isEmpty()) {
            throw invalid("messages", "The last message must be the user's, and say something.");
        }
        return turns;
    }

    /** What the last message has besides words; what earlier ones had was answered then. */
    Senses senses(ObjectNode body) {
        JsonNode messages = body.path("messages");
        String at = "messages[" + (messages.size() - 1) + "].content";
        JsonNode content = messages.path(messages.size() - 1).path("content");
        @Nullable Sound sound = null;
        @Nullable String picture = null;
        for (int i = 0; content.isArray() && i < content.size(); i++) {
            JsonNode part = content.path(i);
            String type = part.path("type").asString("");
            boolean again = type.equals(SOUND) && sound != null || type.equals(PICTURE) && picture != null;
            if (again) {
                throw invalid(at, "The assistant takes one recording and one picture with a question.");
            }
            if (type.equals(SOUND)) {
                sound = sound(part.path(SOUND), at + "[" + i + "]." + SOUND);
            } else if (type.equals(PICTURE)) {
                picture = picture(part.path(PICTURE), at + "[" + i + "]." + PICTURE);
            }
        }
        return new Senses(sound, picture);
    }

    private static Sound sound(JsonNode part, String at) {
        String data = part.path("data").asString("");
        if (data.isEmpty()) {
            throw invalid(at + ".data", "'data' must be the recording as base64.");
        }
        return new Sound(data, part.path("format").asString(""));
    }

    /** Addresses have been replaced by what they name. */
    private static String picture(JsonNode part, String at) {
        String url = part.path("url").asString("");
        if (!url.regionMatches(true, 0, "data:", 0, "data:".length())) {
            throw invalid(at + ".url", "'url' must be a data URL, or an address of a host that is listed.");
        }
        return url;
    }

    private static Turn turn(JsonNode message, String at) {
        String role = message.path("role").asString("");
        if (!ROLES.contains(role)) {
            throw invalid(at + ".role", "'role' must be system, developer, user or assistant here.");
        }
        JsonNode content = message.path("content");
        if (content.isString()) {
            return new Turn(role.equals("developer") ? "system" : role, content.asString());
        }
        boolean user = role.equals("user");
        if (!content.isArray() || !content.valueStream().allMatch(part -> isWords(part) || user && isSense(part))) {
            throw invalid(
                    at + ".content",
                    "'content' must be a text, or a list of parts of the type text; a user's may be " + SOUND + " and "
                            + PICTURE + " too.");
        }
        return new Turn(
                role,
                content.valueStream()
                        .filter(ChatReading::isWords)
                        .map(part -> part.path("text").asString())
                        .collect(Collectors.joining("\n")));
    }

    private static boolean isWords(JsonNode part) {
        return part.path("type").asString("").equals("text")
                && part.path("text").isString();
    }

    private static boolean isSense(JsonNode part) {
        String type = part.path("type").asString("");
        return (type.equals(SOUND) || type.equals(PICTURE)) && part.path(type).isObject();
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
