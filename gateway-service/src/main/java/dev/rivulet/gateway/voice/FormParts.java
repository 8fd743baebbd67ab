// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the parts of a form with a recording hold. */
final class FormParts {

    private static final int MOST_PARTS = 24;
    private static final int LARGEST_HEAD = 8_192;
    private static final String FILE = "file";

    private final Map<String, ByteArrayOutputStream> parts = new LinkedHashMap<>();

    private FormParts() {}

    /** The text of a part. */
    Optional<String> field(String name) {
        return Optional.ofNullable(parts.get(name)).map(bytes -> bytes.toString(StandardCharsets.UTF_8));
    }

    /** The bytes of the part {@code file}. */
    byte @Nullable [] file() {
        ByteArrayOutputStream file = parts.get(FILE);
        return file == null ? null : file.toByteArray();
    }

    /** Reads forms with one set of fields. Safe for use by many threads. */
    static final class Reader {

        private final PartEventHttpMessageReader reader = new PartEventHttpMessageReader();
        private final Map<String, Integer> fields;
        private final boolean strict;

        /**
         * @param fields most bytes of each field, by its name
         * @param strict whether parts of other names are refused; else they are let be, as OpenAI's clients may send more
         */
        Reader(Map<String, Integer> fields, boolean strict) {
            this.fields = Map.copyOf(fields);
            this.strict = strict;
            reader.setMaxHeadersSize(LARGEST_HEAD);
            reader.setMaxParts(MOST_PARTS);
        }

        /** @return fails with a {@link ProblemException} where the body is no form or a field is too long */
        Mono<FormParts> read(HttpHeaders headers, byte[] body) {
            return Mono.fromSupplier(FormParts::new)
                    .flatMap(form -> reader.read(
                                    ResolvableType.forClass(PartEvent.class), new Message(headers, body), Map.of())
                            .doOnNext(event -> add(form, event))
                            .then(Mono.just(form)))
                    .onErrorMap(Reader::isForm, failure -> noForm());
        }

        private void add(FormParts form, PartEvent event) {
            DataBuffer content = event.content();
            try {
                String name = event.name();
                Integer most = name.equals(FILE) ? Integer.valueOf(Integer.MAX_VALUE) : fields.get(name);
                if (most == null) {
                    other(name);
                    return;
                }
                ByteArrayOutputStream part = form.parts.computeIfAbsent(name, key -> new ByteArrayOutputStream());
                byte[] bytes = new byte[content.readableByteCount()];
                content.read(bytes);
                if (part.size() + (long) bytes.length > most) {
                    throw new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, name, "This field is too long."));
                }
                part.writeBytes(bytes);
            } finally {
                DataBufferUtils.release(content);
            }
        }

        private void other(String name) {
            if (strict) {
                String shown =
                        name.substring(0, Math.min(60, name.length())).replaceAll("[^\\p{L}\\p{N}_.\\[\\]-]", "?");
                throw new ProblemException(
                        Problem.at(ProblemCode.UNSUPPORTED_PARAMETER, shown, "'" + shown + "' is not supported here."));
            }
        }

        private static boolean isForm(Throwable failure) {
            return failure instanceof DecodingException || failure instanceof DataBufferLimitException;
        }

        private static ProblemException noForm() {
            return new ProblemException(
                    Problem.of(ProblemCode.INVALID_VALUE, "The form can't be read: a part or its end is missing."));
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
