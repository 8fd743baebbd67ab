// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.engine.speech.SpeechRequest;
import dev.rivulet.engine.speech.SpeechRequest.Fallback;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.ErrorDataDecoderException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooLongFormFieldException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooManyFormFieldsException;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A form of {@code /v1/audio/transcriptions} or {@code /v1/audio/translations} as OpenAI describes them.
 *
 * @param model that is asked
 * @param file the audio
 * @param format of the answer
 * @param stream whether segments are told as they are written
 * @param request how the sound is written down
 */
record SpeechForm(String model, byte[] file, SpeechFormat format, boolean stream, SpeechRequest request) {

    private static final int MOST_FIELDS = 32;
    private static final int MOST_PROMPT = 4_000;
    private static final Set<String> KNOWN = Set.of(
            "model",
            "language",
            "prompt",
            "response_format",
            "temperature",
            "stream",
            "timestamp_granularities[]",
            "timestamp_granularities");

    /**
     * Reads a form.
     *
     * @param type JSON, which a gateway makes of a form with the file as Base64 in {@code audio}; or that of a form, with its boundary
     * @param translate whether the text is to be English
     * @param most largest file in bytes
     * @throws ProblemException if it is no form, a field is missing or its value is not allowed
     */
    static SpeechForm read(byte[] body, MediaType type, boolean translate, long most) {
        Parts parts = type.isCompatibleWith(MediaType.APPLICATION_JSON) ? members(body) : parts(body, type.toString());
        byte[] file = parts.file();
        if (file == null) {
            throw refused(
                    ProblemCode.MISSING_PARAMETER,
                    "file",
                    "'file' is missing: send the audio as a part of that name with a file name.");
        }
        if (file.length > most) {
            throw refused(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "file",
                    "'file' has " + file.length + " bytes; " + most + " are taken at most.");
        }
        Map<String, String> fields = parts.fields();
        for (String name : fields.keySet()) {
            if (!KNOWN.contains(name)) {
                throw refused(
                        ProblemCode.UNSUPPORTED_PARAMETER, shown(name), "'" + shown(name) + "' is not supported here.");
            }
        }
        String model = fields.getOrDefault("model", "");
        if (model.isEmpty() || model.length() > 200) {
            throw refused(
                    ProblemCode.MISSING_PARAMETER,
                    "model",
                    "'model' is missing: name a model that writes down speech.");
        }
        SpeechFormat format = SpeechFormat.of(fields.getOrDefault("response_format", "json"));
        boolean stream = flag(fields.getOrDefault("stream", "false"));
        granularities(fields, format);
        return new SpeechForm(model, file, format, stream, request(fields, translate));
    }

    private static SpeechRequest request(Map<String, String> fields, boolean translate) {
        String language = fields.getOrDefault("language", "").strip();
        if (!language.matches("[a-z]{0,3}")) {
            throw refused(
                    ProblemCode.INVALID_VALUE,
                    "language",
                    "'language' must be an ISO 639 code of small letters, such as en.");
        }
        String prompt = fields.getOrDefault("prompt", "");
        if (prompt.length() > MOST_PROMPT) {
            throw refused(
                    ProblemCode.INVALID_VALUE,
                    "prompt",
                    "'prompt' may have " + MOST_PROMPT + " characters; the model reads the last 223 tokens.");
        }
        double temperature = temperature(fields.getOrDefault("temperature", "0"));
        return new SpeechRequest(
                Optional.of(language).filter(code -> !code.isEmpty()),
                translate,
                prompt,
                true,
                true,
                temperature > 0 ? Fallback.none(temperature) : Fallback.STANDARD,
                0);
    }

    private static double temperature(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,17})?") || Double.parseDouble(text) > 1) {
            throw refused(ProblemCode.INVALID_VALUE, "temperature", "'temperature' must be a number from 0 to 1.");
        }
        return Double.parseDouble(text);
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true", "True" -> true;
            case "false", "False" -> false;
            default -> throw refused(ProblemCode.INVALID_VALUE, "stream", "'stream' must be true or false.");
        };
    }

    private static void granularities(Map<String, String> fields, SpeechFormat format) {
        String wanted =
                fields.getOrDefault("timestamp_granularities[]", fields.getOrDefault("timestamp_granularities", ""));
        if (wanted.isEmpty()) {
            return;
        }
        if (format != SpeechFormat.VERBOSE_JSON) {
            throw refused(
                    ProblemCode.INVALID_VALUE,
                    "timestamp_granularities",
                    "'timestamp_granularities' needs response_format verbose_json.");
        }
        if (!wanted.equals("segment")) {
            throw refused(
                    ProblemCode.UNSUPPORTED_PARAMETER,
                    "timestamp_granularities",
                    "'timestamp_granularities' may be segment; times of words are not supported.");
        }
    }

    private record Parts(Map<String, String> fields, byte @Nullable [] file) {}

    private static Parts members(byte[] body) {
        try {
            JsonNode json = JsonMapper.shared().readTree(body);
            Map<String, String> fields = new HashMap<>();
            byte[] file = null;
            for (var member : json.properties()) {
                if (member.getKey().equals("audio")) {
                    file = Base64.getDecoder().decode(member.getValue().asString(""));
                } else {
                    fields.put(member.getKey(), member.getValue().asString(""));
                }
            }
            return new Parts(fields, file);
        } catch (JacksonException | IllegalArgumentException e) {
            throw refused(
                    ProblemCode.INVALID_JSON,
                    "audio",
                    "The body is no JSON object with the audio as Base64 in 'audio'.");
        }
    }

    private static Parts parts(byte[] body, String type) {
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(body));
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        HttpPostMultipartRequestDecoder decoder = null;
        try {
            decoder = new HttpPostMultipartRequestDecoder(
                    new DefaultHttpDataFactory(false), request, StandardCharsets.UTF_8, MOST_FIELDS, -1);
            Map<String, String> fields = new HashMap<>();
            byte[] file = null;
            for (InterfaceHttpData data : decoder.getBodyHttpDatas()) {
                if (data instanceof FileUpload upload && upload.getName().equals("file")) {
                    file = upload.get();
                } else if (data instanceof Attribute attribute) {
                    fields.merge(
                            attribute.getName(),
                            attribute.getValue(),
                            (one, other) -> one.equals(other) ? one : one + "," + other);
                }
            }
            return new Parts(fields, file);
        } catch (ErrorDataDecoderException | TooManyFormFieldsException | TooLongFormFieldException | IOException e) {
            throw refused(
                    ProblemCode.INVALID_VALUE,
                    "file",
                    "The body is no form that can be read: send multipart/form-data with at most " + MOST_FIELDS
                            + " parts, each ended by its boundary.");
        } finally {
            if (decoder != null) {
                decoder.destroy();
            }
        }
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(60, name.length())).replaceAll("[^\\p{L}\\p{N}_.\\[\\]-]", "?");
    }

    private static ProblemException refused(ProblemCode code, String field, String message) {
        return new ProblemException(Problem.at(code, field, message));
    }
}
