// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chat request that may be asked of several models. Its tree is never changed.
 *
 * @param said what the caller has of the answer already, empty if nothing
 */
record Question(Ask ask, ObjectNode body, String said, JsonMapper json) {

    private static final int ALTERNATIVES = 5;
    private static final String GO_ON =
            "Go on with your answer exactly where it stops. Repeat nothing, and say nothing about having stopped.";

    /** @throws ProblemException if it is no chat, for which alone there are several models */
    static Question of(Ask ask, JsonMapper json) {
        if (!ask.path().equals(Endpoint.CHAT.path())) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    "model",
                    "Several models answer under this name at " + Endpoint.CHAT.path() + " alone."));
        }
        try {
            if (json.readTree(ask.body()) instanceof ObjectNode body) {
                return new Question(ask, body, "", json);
            }
        } catch (JacksonException e) {
            // The body has been read before, so that this is the same answer as to one that is no object.
        }
        throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body must be a JSON object."));
    }

    /** The text of the last message of the user; empty if it has none. */
    String text() {
        JsonNode messages = body.path("messages");
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.path(i).path("role").asString("").equals("user")) {
                JsonNode content = messages.path(i).path("content");
                return content.isString()
                        ? content.asString()
                        : content.valueStream()
                                .map(part -> part.path("text").asString(""))
                                .collect(Collectors.joining("\n"));
            }
        }
        return "";
    }

    /** The JSON schema that the answer is to hold to; missing if none is asked for. */
    JsonNode schema() {
        return body.path("response_format").path("json_schema").path("schema");
    }

    /** Whether the caller wants to see how likely the tokens were. */
    boolean wantsLogprobs() {
        return body.path("logprobs").asBoolean(false);
    }

    /** The same question after an answer of which the caller has this much. */
    Question after(String partial) {
        ObjectNode longer = body.deepCopy();
        if (longer.path("messages") instanceof ArrayNode messages) {
            messages.addObject().put("role", "assistant").put("content", partial);
            messages.addObject().put("role", "user").put("content", GO_ON);
        }
        return new Question(ask, longer, partial, json);
    }

    /**
     * The request for one model.
     *
     * @param stream whether its answer is to be streamed
     * @param likelihoods whether it is to tell how likely its tokens are
     * @param seed added to the caller's seed; null to leave it
     */
    Ask to(String model, boolean stream, boolean likelihoods, @Nullable Integer seed) {
        ObjectNode asked = body.deepCopy();
        asked.put("model", model);
        if (!stream) {
            asked.remove("stream");
            asked.remove("stream_options");
        }
        if (likelihoods && !wantsLogprobs()) {
            asked.put("logprobs", true);
        }
        if (likelihoods && asked.path("top_logprobs").asInt(0) == 0) {
            asked.put("top_logprobs", ALTERNATIVES);
        }
        if (seed != null) {
            asked.put("seed", asked.path("seed").asInt(0) + seed);
        }
        Envelope envelope = ask.envelope();
        return ask.with(
                ask.path(),
                new Envelope(model, stream, envelope.tokens(), envelope.beginning()),
                json.writeValueAsBytes(asked));
    }
}
