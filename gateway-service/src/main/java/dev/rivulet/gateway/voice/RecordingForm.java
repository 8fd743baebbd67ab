// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.audio.AudioMeasure;
import dev.rivulet.audio.AudioReader;
import dev.rivulet.audio.AudioReading;
import dev.rivulet.gateway.exchange.BodyForm;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * Forms of {@code /v1/audio/transcriptions} and {@code /v1/audio/translations}. A recording's headers are read before anything is decoded: what
 * they contradict is refused here, and what the sound counts for goes by the seconds that they tell.
 */
final class RecordingForm implements BodyForm {

    private static final String PATHS = "Send a form with 'Content-Type: multipart/form-data; boundary=…'.";
    private static final List<String> TEXTS =
            List.of("model", "language", "prompt", "response_format", "temperature", "timestamp_granularities[]");
    private static final Map<String, Integer> FIELDS = Map.of(
            "model", 1_024,
            "language", 16,
            "prompt", 16_384,
            "response_format", 32,
            "temperature", 32,
            "timestamp_granularities[]", 32,
            "stream", 8);

    private final JsonMapper json;
    private final AudioReader audio;
    private final int tokensASecond;
    private final FormParts.Reader parts = new FormParts.Reader(FIELDS, true);

    RecordingForm(JsonMapper json, RecordingProperties limits) {
        this.json = json;
        this.audio = new AudioReader(limits.audio());
        this.tokensASecond = limits.tokensASecond();
    }

    /** Takes every type at its paths, so that nobody passes by who does not send a form. */
    @Override
    public boolean takes(String path, MediaType type) {
        return path.equals(Endpoint.TRANSCRIPTIONS.path()) || path.equals(Endpoint.TRANSLATIONS.path());
    }

    @Override
    public Mono<byte[]> json(ServerHttpRequest request, byte[] body) {
        return take(request, body).map(Taken::json);
    }

    @Override
    public Mono<Taken> take(ServerHttpRequest request, byte[] body) {
        MediaType type = request.getHeaders().getContentType();
        if (type == null || !type.isCompatibleWith(MediaType.MULTIPART_FORM_DATA)) {
            return Mono.error(new ProblemException(Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, PATHS)));
        }
        return parts.read(request.getHeaders(), body)
                .publishOn(Schedulers.parallel())
                .map(this::taken);
    }

    private Taken taken(FormParts form) {
        byte[] file = form.file();
        if (file == null
                || form.field("model").filter(model -> !model.isBlank()).isEmpty()) {
            String missing = file == null ? "file" : "model";
            throw new ProblemException(
                    Problem.at(ProblemCode.MISSING_PARAMETER, missing, "'" + missing + "' is missing in the form."));
        }
        long tokens = switch (audio.measure(file)) {
            case AudioMeasure.Measured measured -> 1 + (long) Math.ceil(measured.seconds() * tokensASecond);
            case AudioMeasure.Refused refused -> throw new ProblemException(problem(refused.why()));
        };
        Map<String, Object> body = new LinkedHashMap<>();
        TEXTS.forEach(name -> form.field(name).ifPresent(text -> body.put(name, text)));
        body.put("stream", stream(form.field("stream").orElse("false")));
        body.put("audio", Base64.getEncoder().encodeToString(file));
        return new Taken(json.writeValueAsBytes(body), OptionalLong.of(tokens));
    }

    private static boolean stream(String text) {
        return switch (text) {
            case "true", "True" -> true;
            case "false", "False" -> false;
            default ->
                throw new ProblemException(
                        Problem.at(ProblemCode.INVALID_VALUE, "stream", "'stream' must be true or false."));
        };
    }

    private static Problem problem(AudioReading.Refused refused) {
        boolean large =
                refused.reason() == AudioReading.Reason.TOO_LARGE || refused.reason() == AudioReading.Reason.TOO_LONG;
        return Problem.at(
                large ? ProblemCode.REQUEST_TOO_LARGE : ProblemCode.INVALID_VALUE,
                "file",
                "'file' is refused: " + refused.message() + ".");
    }
}
