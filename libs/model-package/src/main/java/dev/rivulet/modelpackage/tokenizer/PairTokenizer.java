// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.TextEncoder;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of an encoder's folder ({@code tokenizer.json}): texts and pairs with their segments. Special tokens have texts
 * that nobody can guess, so no text of a caller can become one.
 *
 * <p>Thread-safe. Closing frees native memory; later calls fail with {@link IllegalStateException}.
 */
public final class PairTokenizer implements TextEncoder, AutoCloseable {

    private final NativeTokenizer library;
    private final int idBound;

    private PairTokenizer(NativeTokenizer library, int idBound) {
        this.library = library;
        this.idBound = idBound;
    }

    /**
     * Reads a {@code tokenizer.json}.
     *
     * @throws ModelRejectedException if it is malformed or of a kind that the library does not know
     */
    public static PairTokenizer read(byte[] file) throws ModelRejectedException {
        TokenizerJson json = TokenizerJson.parse(file);
        int bound = 1
                + json.ids().values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        json.hideSpecialTokens(new SecureRandom());
        return new PairTokenizer(new NativeTokenizer(json.toString()), bound);
    }

    /** One more than the largest id. */
    public int idBound() {
        return idBound;
    }

    @Override
    public Encoding encode(String text, @Nullable String pair, boolean spans) {
        return library.encodePair(text, pair, spans);
    }

    @Override
    public Encoding frame(int[] ids) {
        for (int id : ids) {
            if (id < 0 || id >= idBound) {
                throw new IllegalArgumentException("token id " + id + " is not in the vocabulary of " + idBound);
            }
        }
        // The frame is what stands before and after the tokens of any text.
        Encoding around = library.encodePair("a", null, false);
        int[] sources = around.sources();
        int before = 0;
        while (before < sources.length && sources[before] < 0) {
            before++;
        }
        int after = 0;
        while (after < sources.length - before && sources[sources.length - 1 - after] < 0) {
            after++;
        }
        int[] framed = new int[before + ids.length + after];
        int[] of = new int[framed.length];
        Arrays.fill(of, -1);
        Arrays.fill(of, before, before + ids.length, 0);
        System.arraycopy(around.ids(), 0, framed, 0, before);
        System.arraycopy(ids, 0, framed, before, ids.length);
        System.arraycopy(around.ids(), sources.length - after, framed, before + ids.length, after);
        int[] none = new int[0];
        return new Encoding(framed, new int[framed.length], of, none, none, none);
    }

    @Override
    public void close() {
        library.close();
    }
}
