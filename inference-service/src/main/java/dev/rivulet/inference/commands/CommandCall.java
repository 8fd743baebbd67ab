// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.commands;

import dev.rivulet.audio.AudioReader;
import dev.rivulet.audio.AudioReading;
import dev.rivulet.audio.Waveform;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request to recognise a command.
 *
 * @param model name of the recogniser
 * @param sound what is said
 */
record CommandCall(String model, Waveform sound) {

    private static final String RAW = "pcm16";
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    /**
     * Reads {@code {"model": …, "audio": base64, "format": "pcm16"}}; without a format the audio is a file whose content says what
     * it is.
     *
     * @throws ProblemException if a field is missing or wrong, or the audio can't be read
     */
    static CommandCall read(byte[] body, AudioReader reader) {
        JsonNode json = parse(body);
        String model = text(json, "model");
        String audio = text(json, "audio");
        if (audio.length() > 4L * reader.limits().bytes() / 3 + 4) {
            throw problem(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "audio",
                    "'audio' has more than " + reader.limits().bytes() + " bytes. Send a shorter recording.");
        }
        byte[] bytes = decoded(audio);
        String format = json.hasNonNull("format") ? text(json, "format") : null;
        return new CommandCall(model, sound(bytes, format, reader));
    }

    private static Waveform sound(byte[] bytes, @Nullable String format, AudioReader reader) {
        if (RAW.equals(format)) {
            return raw(bytes, reader.limits().duration().toMillis() * Waveform.SAMPLE_RATE / 1000);
        }
        if (format != null) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "format",
                    "'format' is '" + RAW + "' (16-bit little-endian, one channel, 16 kHz), or left out for a file.");
        }
        return switch (reader.read(bytes)) {
            case AudioReading.Read read -> read.sound();
            case AudioReading.Refused refused ->
                throw problem(ProblemCode.INVALID_VALUE, "audio", "The audio is refused: " + refused.message() + ".");
        };
    }

    private static Waveform raw(byte[] bytes, long mostSamples) {
        if (bytes.length == 0 || bytes.length % 2 != 0 || bytes.length / 2 > mostSamples) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "audio",
                    "'audio' of the format " + RAW + " has two bytes a sample and 1 to " + mostSamples + " samples.");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] samples = new float[bytes.length / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = in.getShort() / 32768f;
        }
        return new Waveform(samples);
    }

    private static byte[] decoded(String audio) {
        try {
            return Base64.getDecoder().decode(audio);
        } catch (IllegalArgumentException e) {
            throw problem(ProblemCode.INVALID_VALUE, "audio", "'audio' must be base64 without line breaks.");
        }
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (JacksonException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.INVALID_JSON, "The body can't be read as JSON with distinct fields."), e);
        }
        throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body must be a JSON object."));
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw problem(ProblemCode.MISSING_PARAMETER, field, "'" + field + "' is missing.");
        }
        if (!value.isString()) {
            throw problem(ProblemCode.INVALID_VALUE, field, "'" + field + "' must be a string.");
        }
        return value.stringValue();
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
