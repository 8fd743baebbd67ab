// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.engine.Detokenizer;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.sampling.TokenMask;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A vocabulary of bytes and of pieces that JSON is made of, and a writer that picks any token that is allowed. */
final class GrammarFixture {

    static final int END = 0;

    private static final List<String> PIECES = List.of(
            "{\"",
            "\":",
            "\": ",
            "\": \"",
            "\",",
            "\", \"",
            "\"}",
            "\"]",
            "}}",
            "],",
            "[{",
            "{}",
            "[]",
            "null",
            "true",
            "false",
            "12",
            "-1",
            "0.5",
            "e+1",
            "\\n",
            "\\u00e9",
            "\\ud83d\\ude00",
            "abc",
            "name",
            "ü",
            "日本",
            "😀",
            " the",
            "\\\"",
            "}, {",
            "\"\"",
            "2024-",
            ":0",
            "\n",
            " ",
            "  ");

    private static final int LONGEST = 1 << 20;

    /** Letters of the patterns of {@link RandomSchema} that match anywhere: an answer ends once they have come. */
    private static final String AWAITED = "abxy";

    private final List<byte[]> tokens = new ArrayList<>();
    private final Grammars grammars;

    GrammarFixture() {
        tokens.add(new byte[0]);
        for (int one = 0; one < 256; one++) {
            tokens.add(new byte[] {(byte) one});
        }
        PIECES.forEach(piece -> tokens.add(piece.getBytes(StandardCharsets.UTF_8)));
        tokens.add(new byte[] {(byte) 0xf0, (byte) 0x9f});
        tokens.add(new byte[] {(byte) 0x98, (byte) 0x80, '"'});
        grammars = new Grammars(new Pieces(), tokens.size(), Set.of(END));
    }

    TokenGrammar grammar(AnswerForm form) throws GrammarRefusedException {
        return grammars.of(form);
    }

    /** An answer that ends by itself; every mask on the way must allow something. */
    String write(TokenGrammar grammar, SplittableRandom random) {
        Constraint constraint = grammar.constraint();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!constraint.complete()) {
            TokenMask mask = constraint.mask();
            if (mask.count() == 0) {
                throw new AssertionError("nothing may follow " + answer);
            }
            int token = pick(mask, random, answer.size());
            if (token == END) {
                break;
            }
            answer.writeBytes(tokens.get(token));
            constraint.accept(token);
            if (answer.size() > LONGEST) {
                throw new AssertionError("no end in sight of "
                        + answer.toString(StandardCharsets.UTF_8).substring(0, 2_000));
            }
        }
        return decode(answer.toByteArray());
    }

    /** Any allowed token; the longer the answer, the likelier one that closes something, or that a pattern may wait for. */
    private int pick(TokenMask mask, SplittableRandom random, int length) {
        if (random.nextInt(400) < length) {
            int[] wanted = random.nextBoolean()
                    ? new int[] {END, 1 + '"', 1 + '}', 1 + ']'}
                    : new int[] {1 + AWAITED.charAt(random.nextInt(AWAITED.length()))};
            for (int token : wanted) {
                if (mask.allows(token)) {
                    return token;
                }
            }
        }
        int nth = random.nextInt(mask.count());
        for (int token = 0; ; token++) {
            if (mask.allows(token) && nth-- == 0) {
                return token;
            }
        }
    }

    /** Whether the whole text is an answer, byte by byte. */
    boolean accepts(TokenGrammar grammar, String text) {
        Constraint constraint = grammar.constraint();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            int token = 1 + (one & 0xff);
            if (!constraint.mask().allows(token)) {
                return false;
            }
            constraint.accept(token);
        }
        return constraint.mask().allows(END);
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("no UTF-8", e);
        }
    }

    private final class Pieces implements Tokenizer {
        @Override
        public int[] encode(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int[] encode(Prompt prompt) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] bytes(int token) {
            return tokens.get(token);
        }

        @Override
        public Detokenizer detokenizer() {
            throw new UnsupportedOperationException();
        }
    }
}
