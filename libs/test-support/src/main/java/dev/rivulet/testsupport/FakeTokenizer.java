// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import dev.rivulet.engine.Detokenizer;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** One token per UTF-8 byte; special tokens are recognised in the trusted parts of a prompt alone. Thread-safe. */
public final class FakeTokenizer implements Tokenizer {

    private static final String[] SPECIAL = {"<|im_start|>", "<|im_end|>", "<|endoftext|>"};

    @Override
    public int[] encode(String text) {
        return bytes(text).toArray();
    }

    @Override
    public int[] encode(Prompt prompt) {
        return prompt.parts().stream()
                .flatMapToInt(part -> part.trusted() ? trusted(part.text()) : bytes(part.text()))
                .toArray();
    }

    @Override
    public byte[] bytes(int token) {
        return token < 0 || FakeVocabulary.special(token) ? new byte[0] : new byte[] {(byte) token};
    }

    @Override
    public Detokenizer detokenizer() {
        return new Bytes();
    }

    private static IntStream trusted(String text) {
        for (int i = 0; i < SPECIAL.length; i++) {
            int at = text.indexOf(SPECIAL[i]);
            if (at >= 0) {
                IntStream before = IntStream.concat(trusted(text.substring(0, at)), IntStream.of(256 + i));
                return IntStream.concat(before, trusted(text.substring(at + SPECIAL[i].length())));
            }
        }
        return bytes(text);
    }

    private static IntStream bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xff);
    }

    /** Holds back the bytes of an unfinished code point. */
    private static final class Bytes implements Detokenizer {

        private final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        private final ByteBuffer pending = ByteBuffer.allocate(8);

        @Override
        public String append(int token) {
            if (FakeVocabulary.special(token)) {
                return "";
            }
            pending.put((byte) token);
            return drain(false);
        }

        @Override
        public String flush() {
            return drain(true);
        }

        private String drain(boolean end) {
            CharBuffer text = CharBuffer.allocate(8);
            pending.flip();
            decoder.decode(pending, text, end);
            pending.compact();
            if (end) {
                decoder.flush(text);
                decoder.reset();
            }
            return text.flip().toString();
        }
    }
}
