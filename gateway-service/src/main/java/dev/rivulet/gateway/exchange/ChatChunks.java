// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Arrays;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every {@link Dialect} reads of chat completions: their chunks, and the failures that come in their place. */
public final class ChatChunks {

    /** The data of the last event of a stream. */
    public static final String DONE = "[DONE]";

    /** A stream has ended without its last event. */
    public static final Problem CUT_OFF = Problem.of(
            ProblemCode.REPLICA_LOST, "The replica ended the stream before its end. Send this request again.");

    private ChatChunks() {}

    /**
     * One chunk, or one whole completion.
     *
     * @throws ProblemException with {@code replica_lost} if it is no JSON; without its cause, which would quote it
     */
    public static JsonNode read(JsonMapper json, byte[] data) {
        try {
            return json.readTree(data);
        } catch (JacksonException e) {
            throw noCompletion();
        }
    }

    /** As {@link #read(JsonMapper, byte[])}. */
    public static JsonNode read(JsonMapper json, String data) {
        try {
            return json.readTree(data);
        } catch (JacksonException e) {
            throw noCompletion();
        }
    }

    /** The failure that OpenAI's error object tells of. */
    public static Problem problem(JsonNode error) {
        String wire = error.path("code").asString("").toUpperCase(Locale.ROOT);
        ProblemCode code = Arrays.stream(ProblemCode.values())
                .filter(one -> one.name().equals(wire))
                .findFirst()
                .orElse(ProblemCode.REPLICA_LOST);
        String message = error.path("message").asString("");
        return Problem.of(code, message.isBlank() ? "The replica failed." : message);
    }

    /** The replica answered with something else. */
    public static ProblemException noCompletion() {
        return new ProblemException(Problem.of(
                ProblemCode.REPLICA_LOST, "The replica answered with something that is no chat completion."));
    }
}
