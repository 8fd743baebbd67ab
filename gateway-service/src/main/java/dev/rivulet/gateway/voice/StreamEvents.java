// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.problems.ProblemCode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The events of a stream of sound, as JSON texts. Times are milliseconds of sound since the stream began. */
record StreamEvents(JsonMapper json) {

    private static final int SAMPLES_A_MILLI = 16;

    String created(String model) {
        return text(event("session.created")
                .put("model", model)
                .put("format", "pcm16")
                .put("sample_rate", 16_000));
    }

    String started(long at) {
        return text(event("speech_started").put("audio_start_ms", at / SAMPLES_A_MILLI));
    }

    String stopped(long from, long to) {
        return text(event("speech_stopped")
                .put("audio_start_ms", from / SAMPLES_A_MILLI)
                .put("audio_end_ms", to / SAMPLES_A_MILLI));
    }

    /** What was recognised so far. */
    String partial(JsonNode answer, long from) {
        ObjectNode event = event("partial").put("audio_start_ms", from / SAMPLES_A_MILLI);
        copy(answer, event, "text", "command", "outcome", "confidence");
        return text(event);
    }

    /** What was said. @param millis from the last sound of it to now */
    String command(JsonNode answer, long from, long to, double millis) {
        ObjectNode event = event("command")
                .put("audio_start_ms", from / SAMPLES_A_MILLI)
                .put("audio_end_ms", to / SAMPLES_A_MILLI)
                .put("latency_ms", Math.round(millis * 10) / 10.0);
        copy(answer, event, "text", "command", "outcome", "confidence", "threshold", "alternatives");
        return text(event);
    }

    String error(ProblemCode code, String message) {
        ObjectNode event = event("error");
        event.putObject("error").put("code", code.wire()).put("message", message);
        return text(event);
    }

    private static void copy(JsonNode answer, ObjectNode event, String... fields) {
        for (String field : fields) {
            event.set(field, answer.path(field).isMissingNode() ? event.nullNode() : answer.path(field));
        }
    }

    private ObjectNode event(String type) {
        return json.createObjectNode().put("type", type);
    }

    private String text(ObjectNode event) {
        return json.writeValueAsString(event);
    }
}
