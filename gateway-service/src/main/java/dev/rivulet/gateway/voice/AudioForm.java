// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.exchange.BodyForm;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Recordings for {@code /v1/audio/commands} as the part {@code file} of a form, or as the body itself with the model in the query. */
final class AudioForm implements BodyForm {

    private static final int LARGEST_MODEL = 1_024;

    private final JsonMapper json;
    private final FormParts.Reader parts = new FormParts.Reader(Map.of("model", LARGEST_MODEL), false);

    AudioForm(JsonMapper json) {
        this.json = json;
    }

    @Override
    public boolean takes(String path, MediaType type) {
        return path.equals(Endpoint.COMMANDS.path())
                && (type.isCompatibleWith(MediaType.MULTIPART_FORM_DATA)
                        || type.getType().equals("audio"));
    }

    @Override
    public Mono<byte[]> json(ServerHttpRequest request, byte[] body) {
        if ("audio".equals(String.valueOf(request.getHeaders().getContentType()).split("/", 2)[0])) {
            return Mono.fromCallable(() -> command(request.getQueryParams().getFirst("model"), body));
        }
        return parts.read(request.getHeaders(), body)
                .map(form -> command(form.field("model").orElse(null), form.file()));
    }

    private byte[] command(@Nullable String model, byte @Nullable [] file) {
        if (model == null || model.isBlank()) {
            throw missing("model", "'model' is missing. GET /v1/models lists the models.");
        }
        if (file == null || file.length == 0) {
            throw missing("file", "'file' is missing: send the recording as a part of the form, or as the body.");
        }
        return json.writeValueAsBytes(
                Map.of("model", model, "audio", Base64.getEncoder().encodeToString(file)));
    }

    private static ProblemException missing(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, param, message));
    }
}
