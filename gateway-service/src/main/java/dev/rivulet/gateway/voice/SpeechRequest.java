// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request to speak a text, as OpenAI's {@code audio/speech} has it.
 *
 * @param voice of the synthesiser
 * @param speed 0.25 to 4; 1 is everyday speech
 */
record SpeechRequest(String model, String input, String voice, Format format, double speed) {

    /** Forms of sound that are made. */
    enum Format {
        WAV(MediaType.parseMediaType("audio/wav")),
        PCM(MediaType.parseMediaType("audio/pcm"));

        private final MediaType type;

        Format(MediaType type) {
            this.type = type;
        }

        MediaType type() {
            return type;
        }
    }

    private static final Set<String> OTHER_FORMATS = Set.of("mp3", "opus", "aac", "flac");
    private static final Set<String> FIELDS =
            Set.of("model", "input", "voice", "response_format", "speed", "instructions", "stream_format", "language");

    /** @throws ProblemException naming the field that is missing or wrong */
    static SpeechRequest read(JsonMapper json, byte[] body, SpeechProperties limits) {
        JsonNode node = parse(json, body);
        node.propertyNames().stream()
                .filter(name -> !FIELDS.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw problem(
                            ProblemCode.UNSUPPORTED_PARAMETER, Shown.text(name), "There is no such field of speech.");
                });
        String model = text(node, "model", 200);
        if (!limits.models().contains(model)) {
            throw problem(
                    ProblemCode.MODEL_NOT_FOUND,
                    "model",
                    "No model of that name speaks. There are " + String.join(", ", limits.models()) + ".");
        }
        if (node.path("stream_format").asString("audio").equals("sse")) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "stream_format",
                    "'stream_format' is 'audio': sound is streamed as it is made, without events.");
        }
        String input = text(node, "input", limits.maxInput());
        return new SpeechRequest(model, input, voice(node.path("voice"), limits.voices()), format(node), speed(node));
    }

    private static String voice(JsonNode voice, Map<String, String> voices) {
        String name = voice.isObject() ? voice.path("id").asString("") : voice.asString("");
        if (name.isEmpty()) {
            throw problem(ProblemCode.MISSING_PARAMETER, "voice", "'voice' is missing. " + choice(voices));
        }
        String found = voices.get(name.toLowerCase(Locale.ROOT));
        if (found == null) {
            throw problem(ProblemCode.INVALID_VALUE, "voice", "There is no such voice. " + choice(voices));
        }
        return found;
    }

    private static String choice(Map<String, String> voices) {
        return "There are " + String.join(", ", new TreeSet<>(voices.keySet())) + ".";
    }

    private static Format format(JsonNode node) {
        String name = node.path("response_format").asString("wav");
        for (Format format : Format.values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        throw problem(
                ProblemCode.INVALID_VALUE,
                "response_format",
                OTHER_FORMATS.contains(name)
                        ? "'" + name + "' is not made here: there is no encoder for it. Ask for 'wav' or 'pcm'."
                        : "'response_format' is 'wav' or 'pcm'.");
    }

    private static double speed(JsonNode node) {
        JsonNode speed = node.path("speed");
        if (speed.isMissingNode() || speed.isNull()) {
            return 1;
        }
        if (!speed.isNumber() || !(speed.doubleValue() >= 0.25 && speed.doubleValue() <= 4)) {
            throw problem(ProblemCode.INVALID_VALUE, "speed", "'speed' must be a number from 0.25 to 4.");
        }
        return speed.doubleValue();
    }

    private static String text(JsonNode node, String field, int most) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw problem(ProblemCode.MISSING_PARAMETER, field, "'" + field + "' is missing.");
        }
        String text = value.isString() ? value.stringValue() : "";
        if (text.isBlank() || text.length() > most) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    field,
                    "'" + field + "' must be a text of 1 to " + most + " characters.");
        }
        return text;
    }

    private static JsonNode parse(JsonMapper json, byte[] body) {
        try {
            JsonNode node = json.readTree(body);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body is not valid JSON."), e);
        }
        throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body must be a JSON object."));
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
