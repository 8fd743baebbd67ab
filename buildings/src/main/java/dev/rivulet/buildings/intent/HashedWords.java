// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.intent;

import java.util.Locale;
import java.util.function.ObjIntConsumer;
import java.util.regex.Pattern;

/**
 * Words of a text, hashed into a vector (Weinberger et al., arXiv 0902.2206): words, pairs of neighbours, runs of four letters and the first
 * word, each added with a sign to one of the places; then scaled to one length. It needs no vocabulary, so that a word that one building alone
 * says has its place in every building's model.
 *
 * @param places of the vector, 1 or more
 * @param length that every vector is scaled to, above 0
 */
public record HashedWords(int places, float length) {
    private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{N}']+");
    private static final Pattern DIGIT = Pattern.compile("\\p{N}");
    private static final int RUN = 4;
    private static final int WORD = 10;
    private static final int PAIR = 7;
    private static final int LETTERS = 4;

    public HashedWords {
        if (places < 1 || !(length > 0)) {
            throw new IllegalArgumentException("a vector has 1 place or more and a length above 0");
        }
    }

    /** Writes a text's vector into an array, from a place on. */
    void write(String text, float[] into, int from) {
        double[] sums = new double[places];
        parts(text, (part, weight) -> {
            int hash = hash(part);
            sums[(hash >>> 1) % places] += (hash & 1) == 0 ? weight : -weight;
        });
        double square = 0;
        for (double sum : sums) {
            square += sum * sum;
        }
        for (int i = 0; i < places && square > 0; i++) {
            into[from + i] = (float) (sums[i] * length / Math.sqrt(square));
        }
    }

    private static void parts(String text, ObjIntConsumer<String> each) {
        String[] words = DIGIT.matcher(
                        OTHER.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" "))
                .replaceAll("0")
                .strip()
                .split(" ");
        each.accept("first " + words[0], LETTERS);
        for (int i = 0; i < words.length; i++) {
            each.accept("word " + words[i], WORD);
            if (i > 0) {
                each.accept("pair " + words[i - 1] + " " + words[i], PAIR);
            }
            String framed = "<" + words[i] + ">";
            for (int at = 0; at + RUN <= framed.length(); at++) {
                each.accept("run " + framed.substring(at, at + RUN), LETTERS);
            }
        }
    }

    /** FNV-1a over UTF-16 units, then the last mixing of MurmurHash3. */
    private static int hash(String text) {
        int hash = 0x811c9dc5;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x01000193;
        }
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }
}
