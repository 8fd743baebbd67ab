// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import dev.rivulet.engine.Detokenizer;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.Tokenizer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model folder ({@code tokenizer.json}). Text is encoded by the reference library with a copy of the
 * tokenizer in which special tokens have texts that nobody can guess, so no text of a caller can become one; special tokens of a prompt's
 * trusted parts are found here. Added tokens that are not special are recognised everywhere, as the reference does.
 *
 * <p>{@link #encode(String)} adds what the tokenizer puts around a whole text (for many models a begin token);
 * {@link #encode(Prompt)} adds nothing, since templates write such tokens themselves. Half surrogates count as U+FFFD.
 *
 * <p>Thread-safe. Closing frees native memory; later calls fail with {@link IllegalStateException}.
 */
public final class ModelTokenizer implements Tokenizer, AutoCloseable {

    private static final byte[] NOTHING = new byte[0];

    private final Map<String, Integer> ids;
    private final byte[][] bytes;
    private final SpecialTokenScanner scanner;
    private final NativeTokenizer plain;
    private final NativeTokenizer later;
    private final @Nullable NativeTokenizer whole;

    private ModelTokenizer(TokenizerJson json) throws ModelRejectedException {
        List<AddedToken> added = json.addedTokens();
        ids = Map.copyOf(json.ids());
        bytes = bytesById(ids, added, json.byteLevel() ? ByteAlphabet::bytes : PieceBytes::of);
        scanner = new SpecialTokenScanner(added);
        whole = json.byteLevel() ? null : new NativeTokenizer(json.toString());
        json.hideSpecialTokens(new SecureRandom());
        plain = new NativeTokenizer(json.toString());
        later = json.dropFirstPrefix() ? new NativeTokenizer(json.toString()) : plain;
    }

    /**
     * Reads a {@code tokenizer.json}.
     *
     * @throws ModelRejectedException if it is malformed or of a kind that the library does not know
     */
    public static ModelTokenizer read(byte[] json) throws ModelRejectedException {
        return new ModelTokenizer(TokenizerJson.parse(json));
    }

    /** The id of a token by its exact text. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** One more than the largest id. */
    public int idBound() {
        return bytes.length;
    }

    @Override
    public int[] encode(String text) {
        return plain.encode(text, true);
    }

    @Override
    public int[] encode(Prompt prompt) {
        int[] tokens = new int[64];
        int count = 0;
        for (SpecialTokenScanner.Piece piece : scanner.split(prompt)) {
            int[] more = switch (piece) {
                case SpecialTokenScanner.Special special -> new int[] {special.id()};
                case SpecialTokenScanner.Plain text -> (text.first() ? plain : later).encode(text.text(), false);
            };
            if (count + more.length > tokens.length) {
                tokens = Arrays.copyOf(tokens, Math.max(tokens.length * 2, count + more.length));
            }
            System.arraycopy(more, 0, tokens, count, more.length);
            count += more.length;
        }
        return Arrays.copyOf(tokens, count);
    }

    @Override
    public Detokenizer detokenizer() {
        NativeTokenizer library = whole;
        return library == null
                ? new ByteDetokenizer(this::bytes)
                : new WindowDetokenizer(library::decode, token -> bytes(token).length == 0);
    }

    @Override
    public byte[] bytes(int token) {
        return token >= 0 && token < bytes.length ? bytes[token] : NOTHING;
    }

    private static byte[][] bytesById(
            Map<String, Integer> ids, List<AddedToken> added, Function<String, byte[]> bytesOf) {
        int bound = 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        byte[][] bytes = new byte[bound][];
        Arrays.fill(bytes, NOTHING);
        ids.forEach((token, id) -> bytes[id] = bytesOf.apply(token));
        added.stream().filter(AddedToken::special).forEach(token -> bytes[token.id()] = NOTHING);
        return bytes;
    }

    @Override
    public void close() {
        plain.close();
        later.close();
        if (whole != null) {
            whole.close();
        }
    }
}
