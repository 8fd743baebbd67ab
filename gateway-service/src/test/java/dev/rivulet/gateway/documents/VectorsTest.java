// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VectorsTest {

    private static final Vectors TWO = new Vectors("minilm", List.of(unit(3, 4, 0), unit(0, 0, 2)));

    private static float[] unit(float... numbers) {
        return Vectors.unit(numbers).orElseThrow();
    }

    @Test
    void aFileHoldsWhatWasWrittenAndNothingLess() {
        byte[] file = TWO.bytes();

        Vectors read = Vectors.read(file).orElseThrow();
        assertThat(read.model()).isEqualTo("minilm");
        assertThat(read.rows().getFirst()).containsExactly(0.6f, 0.8f, 0);
        assertThat(read.rows().getLast()).containsExactly(0, 0, 1);
        for (int length = 0; length < file.length; length++) {
            assertThat(Vectors.read(Arrays.copyOf(file, length)))
                    .as("cut at " + length)
                    .isEmpty();
        }
        assertThat(Vectors.read(Arrays.copyOf(file, file.length + 1))).isEmpty();
        file[0] ^= 1;
        assertThat(Vectors.read(file)).isEmpty();
    }

    @Test
    void whatHasNoDirectionIsNoVector() {
        assertThat(Vectors.unit(new float[] {0, 0})).isEmpty();
        assertThat(Vectors.unit(new float[] {Float.NaN, 1})).isEmpty();
        assertThat(Vectors.likeness(unit(1, 0), unit(1, 0, 0))).isZero();
    }

    @Test
    void theMostAlikeComeFirstAndTheUnlikeNotAtAll() {
        Document document = new Document("doc-1", "handbook", 1, 0, List.of("bikes", "dogs"));
        MeaningIndex index = new MeaningIndex(List.of(document), Map.of("doc-1", TWO));

        assertThat(index.search(unit(1, 1, 0.2f), 5, 0.1))
                .extracting(Excerpt::text)
                .containsExactly("bikes", "dogs");
        assertThat(index.search(unit(1, 1, 0.2f), 5, 0.5))
                .extracting(Excerpt::text)
                .containsExactly("bikes");
        assertThat(index.search(unit(1, 1, 0.2f), 1, 0.1)).hasSize(1);
    }

    @Test
    void whatBothListsHaveComesBeforeWhatOneHasFirst() {
        Excerpt both = new Excerpt("d", "both", 1);
        List<Excerpt> words = List.of(new Excerpt("d", "word", 9), both);
        List<Excerpt> meaning = List.of(new Excerpt("d", "sense", 0.9), both);

        assertThat(Finder.merged(words, meaning, 2)).extracting(Excerpt::text).containsExactly("both", "word");
        assertThat(Finder.merged(words, List.of(), 3)).extracting(Excerpt::text).containsExactly("word", "both");
    }
}
