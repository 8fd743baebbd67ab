// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.pictures.PictureIntake;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Turns the bytes of a body into a command. Refuses what is not strict UTF-8 or JSON, duplicate keys, depth beyond 64, numbers
 * beyond 64 digits and bodies beyond 300,000 JSON tokens. Thread-safe.
 */
final class RequestReader {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_DIGITS = 64;
    private static final int MAX_TOKENS = 300_000;

    private final int maxMessages;
    private final JsonFactory json;

    private final PictureIntake intake;

    RequestReader(int maxMessages, int maxBody, PictureIntake intake) {
        this.maxMessages = maxMessages;
        this.intake = intake;
        this.json = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_DIGITS)
                        .maxTokenCount(MAX_TOKENS)
                        .maxNameLength(256)
                        .maxStringLength(maxBody)
                        .maxDocumentLength(maxBody)
                        .build())
                .build();
    }

    static RequestReader of(CompletionProperties properties, PictureIntake intake) {
        return new RequestReader(
                properties.maxMessages(), Math.toIntExact(properties.maxBody().toBytes()), intake);
    }

    CompletionCommand chat(byte[] body) {
        return read(body, new CommandBuilder(CommandBuilder.Kind.CHAT, maxMessages, intake));
    }

    CompletionCommand text(byte[] body) {
        return read(body, new CommandBuilder(CommandBuilder.Kind.TEXT, maxMessages, intake));
    }

    /** The prompt of either, for which nothing is to be generated. */
    CompletionCommand prompt(byte[] body) {
        return read(body, new CommandBuilder(CommandBuilder.Kind.PROMPT, maxMessages, intake));
    }

    private CompletionCommand read(byte[] body, CommandBuilder builder) {
        char[] characters = utf8(body);
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), characters)) {
            JsonCursor cursor = new JsonCursor(parser);
            cursor.advance();
            cursor.object("", (name, path) -> builder.field(cursor, name, path));
            cursor.end();
        } catch (JacksonException e) {
            throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, describe(e)));
        }
        return builder.build();
    }

    private static String describe(JacksonException e) {
        var location = e.getLocation();
        String where = location == null || location.getLineNr() < 1
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        String what = e.getOriginalMessage();
        String brief = what.length() > 200 ? what.substring(0, 200) + "…" : what;
        return "The body can't be read as JSON" + where + ": " + brief;
    }

    private static char[] utf8(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(body);
        CharBuffer characters = CharBuffer.allocate(body.length);
        CoderResult result = decoder.decode(bytes, characters, true);
        if (result.isError()) {
            throw new ProblemException(Problem.of(
                    ProblemCode.INVALID_JSON,
                    "The body is not UTF-8: the byte at offset " + bytes.position() + " is wrong."));
        }
        return java.util.Arrays.copyOf(characters.array(), characters.position());
    }
}
