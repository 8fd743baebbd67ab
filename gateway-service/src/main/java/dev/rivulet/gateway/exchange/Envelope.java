// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * What the gateway must know of a request body: everything else is the replica's to judge.
 *
 * @param model the model that is asked for
 * @param stream whether the answer is to be streamed
 * @param tokens a rough count of the tokens of prompt and answer, for the choice of a replica
 *     and for budgets: what the caller lets the answer take at most counts as taken
 * @param beginning how the prompt begins, for the choice of a replica
 */
public record Envelope(String model, boolean stream, long tokens, Beginning beginning) {

    private static final int LONGEST_MODEL = 200;
    private static final int LONGEST_NUMBER = 1_000;
    private static final int BYTES_A_TOKEN = 4;
    /** Base64 of a fiftieth of a second of samples: as many tokens has sound where models turn it into tokens. */
    private static final int SOUND_A_TOKEN = 854;

    private static final int ANSWER_TOKENS = 128;

    /** What a picture is taken to cost before anybody looks at it: about what a large one takes in models that split pictures. */
    private static final int PICTURE_TOKENS = 1_024;

    private static final int MOST_ANSWER_TOKENS = 1_000_000;
    private static final Set<String> ANSWER_LIMITS = Set.of("max_tokens", "max_completion_tokens", "max_output_tokens");

    /** One of whose prompt nothing is known. */
    public Envelope(String model, boolean stream, long tokens) {
        this(model, stream, tokens, Beginning.UNKNOWN);
    }

    /** The same request for another model. */
    public Envelope of(String otherModel) {
        return new Envelope(otherModel, stream, tokens, beginning);
    }

    /** The same request, which counts for so many tokens. */
    public Envelope counting(long otherTokens) {
        return new Envelope(model, stream, otherTokens, beginning);
    }

    /** Reads envelopes with one set of limits. Safe for use by many threads. */
    public static final class Reader {

        private final JsonFactory json;
        private final int maxDepth;

        /**
         * @param maxDepth deepest nesting
         * @param maxBytes largest body
         */
        public Reader(int maxDepth, long maxBytes) {
            this.maxDepth = maxDepth;
            this.json = JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(maxDepth)
                            .maxStringLength((int) Math.min(Integer.MAX_VALUE - 16, maxBytes))
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build();
        }

        /**
         * Checks that a body is one JSON object in UTF-8 and reads its model.
         *
         * @throws ProblemException with {@code invalid_json}, {@code invalid_value} or {@code missing_parameter}
         */
        public Envelope read(byte[] body) {
            requireUtf8(body);
            try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body)) {
                return read(parser, body.length);
            } catch (StreamConstraintsException e) {
                throw invalidJson("The body is nested deeper than " + maxDepth
                        + " levels or holds a number of more than " + LONGEST_NUMBER + " digits.");
            } catch (JacksonException e) {
                throw invalidJson("The body is not valid JSON" + where(e) + ".");
            }
        }

        private static Envelope read(JsonParser parser, int length) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalidJson("The body must be a JSON object, such as {\"model\": \"…\", \"messages\": […]}.");
            }
            String model = null;
            Boolean stream = null;
            long answer = 0;
            int sound = 0;
            PromptHasher prompt = new PromptHasher();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("model")) {
                    requireOnce(model, name);
                    model = model(parser, value);
                } else if (name.equals("stream")) {
                    requireOnce(stream, name);
                    stream = stream(value);
                } else if (ANSWER_LIMITS.contains(name) && value == JsonToken.VALUE_NUMBER_INT) {
                    answer = answerTokens(parser);
                } else if (name.equals("audio") && value == JsonToken.VALUE_STRING) {
                    sound = parser.getStringLength();
                } else if (!prompt.take(name, parser, value)) {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw invalidJson("The body holds more after its JSON object.");
            }
            if (model == null) {
                throw new ProblemException(Problem.at(
                        ProblemCode.MISSING_PARAMETER,
                        "model",
                        "'model' is missing. GET /v1/models lists the models."));
            }
            sound += prompt.soundBytes();
            return new Envelope(
                    model,
                    Boolean.TRUE.equals(stream),
                    (length - sound - prompt.pictureBytes()) / BYTES_A_TOKEN
                            + sound / SOUND_A_TOKEN
                            + (long) prompt.pictures() * PICTURE_TOKENS
                            + (answer == 0 ? ANSWER_TOKENS : answer),
                    prompt.beginning());
        }

        /** What the caller lets the answer take; whether that is allowed is the replica's to judge. */
        private static long answerTokens(JsonParser parser) {
            return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? MOST_ANSWER_TOKENS
                    : Math.clamp(parser.getLongValue(), 0, MOST_ANSWER_TOKENS);
        }

        private static String model(JsonParser parser, JsonToken value) {
            if (value != JsonToken.VALUE_STRING) {
                throw invalid("model", "'model' must be a string.");
            }
            String model = parser.getString();
            if (model.isBlank() || model.length() > LONGEST_MODEL) {
                throw invalid("model", "'model' must have 1 to " + LONGEST_MODEL + " characters.");
            }
            return model;
        }

        private static Boolean stream(JsonToken value) {
            return switch (value) {
                case VALUE_TRUE -> true;
                case VALUE_FALSE, VALUE_NULL -> false;
                default -> throw invalid("stream", "'stream' must be true or false.");
            };
        }

        private static void requireOnce(@Nullable Object before, String name) {
            if (before != null) {
                throw invalid(name, "'" + name + "' is given twice.");
            }
        }
    }

    /** A zero byte among the first four is UTF-16 or UTF-32, which a parser would take for granted. */
    private static void requireUtf8(byte[] body) {
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                throw invalidJson("The body is not UTF-8: it holds a zero byte at byte " + i + ".");
            }
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(Math.min(8_192, Math.max(16, body.length)));
        try {
            CoderResult result;
            do {
                out.clear();
                result = decoder.decode(in, out, true);
                if (result.isError()) {
                    result.throwException();
                }
            } while (result.isOverflow());
        } catch (CharacterCodingException e) {
            throw invalidJson("The body is not valid UTF-8 at byte " + in.position() + ".");
        }
    }

    private static String where(JacksonException failure) {
        return failure.getLocation() == null
                ? ""
                : " at line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr();
    }

    private static ProblemException invalidJson(String message) {
        return new ProblemException(Problem.of(ProblemCode.INVALID_JSON, message));
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
