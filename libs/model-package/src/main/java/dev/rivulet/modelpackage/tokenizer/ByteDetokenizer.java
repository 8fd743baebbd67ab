// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import dev.rivulet.engine.Detokenizer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Decodes byte-level tokens: their bytes, as UTF-8, code point by code point. */
final class ByteDetokenizer implements Detokenizer {

    private final IntFunction<byte[]> bytesOf;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] pending = new byte[0];

    /**
     * @param bytesOf bytes of a token; none for special and unknown ones
     */
    ByteDetokenizer(IntFunction<byte[]> bytesOf) {
        this.bytesOf = bytesOf;
    }

    @Override
    public String append(int token) {
        return decode(bytesOf.apply(token), false);
    }

    @Override
    public String flush() {
        return decode(new byte[0], true);
    }

    private String decode(byte[] more, boolean end) {
        ByteBuffer in = ByteBuffer.allocate(pending.length + more.length)
                .put(pending)
                .put(more)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, end);
        pending = new byte[in.remaining()];
        in.get(pending);
        if (end) {
            decoder.flush(out);
            decoder.reset();
            pending = new byte[0];
        }
        return out.flip().toString();
    }
}
