package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.exchange.BodyForm;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Recordings for {@code /v1/audio/commands} as the part {@code file} of a form, or as the body itself with the model in the query. */
final class AudioForm implements BodyForm {

    private static final int MOST_PARTS = 16;
    private static final int LARGEST_HEAD = 8_192;
    private static final int LARGEST_FIELD = 1_024;

    private final JsonMapper json;
    private final PartEventHttpMessageReader parts = new PartEventHttpMessageReader();

    AudioForm(JsonMapper json) {
        this.json = json;
        parts.setMaxHeadersSize(LARGEST_HEAD);
        parts.setMaxParts(MOST_PARTS);
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
        return Mono.fromSupplier(Collected::new)
                .flatMap(form -> parts.read(
                                ResolvableType.forClass(PartEvent.class),
                                new Message(request.getHeaders(), body),
                                Map.of())
                        .doOnNext(form::add)
                        .then(Mono.fromCallable(() -> command(form.model(), form.file()))))
                .onErrorMap(AudioForm::isForm, failure -> noForm());
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

    private static boolean isForm(Throwable failure) {
        return failure instanceof DecodingException || failure instanceof DataBufferLimitException;
    }

    private static ProblemException noForm() {
        return new ProblemException(
                Problem.of(ProblemCode.INVALID_VALUE, "The form can't be read: a part or its end is missing."));
    }

    private static ProblemException missing(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, param, message));
    }

    /** What the parts of a form hold; parts of other names are let be, as OpenAI's clients may send more. */
    private static final class Collected {

        private final Map<String, ByteArrayOutputStream> fields = new HashMap<>();

        void add(PartEvent event) {
            DataBuffer content = event.content();
            try {
                boolean file = event.name().equals("file");
                if (file || event.name().equals("model")) {
                    ByteArrayOutputStream field =
                            fields.computeIfAbsent(event.name(), name -> new ByteArrayOutputStream());
                    byte[] bytes = new byte[content.readableByteCount()];
                    content.read(bytes);
                    if (!file && field.size() + bytes.length > LARGEST_FIELD) {
                        throw new ProblemException(
                                Problem.at(ProblemCode.INVALID_VALUE, event.name(), "This field is too long."));
                    }
                    field.writeBytes(bytes);
                }
            } finally {
                DataBufferUtils.release(content);
            }
        }

        @Nullable String model() {
            ByteArrayOutputStream model = fields.get("model");
            return model == null ? null : model.toString(StandardCharsets.UTF_8);
        }

        byte @Nullable [] file() {
            ByteArrayOutputStream file = fields.get("file");
            return file == null ? null : file.toByteArray();
        }
    }

    /** A body that has been read, to be read once more. */
    private record Message(HttpHeaders headers, byte[] body) implements ReactiveHttpInputMessage {

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
