// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every store of vectors does. The implementations under test begin empty. */
public abstract class MeaningStoreContractTest {

    protected static final String MODEL = "minilm";
    protected static final String TENANT = "tenant";

    private static final double NEAR = 1e-5;

    /** The store. */
    protected abstract MeaningStore store();

    /** A document as a key has it. */
    protected abstract Document document(String tenant, String name, String... passages);

    @Test
    void theMostAlikeComeFirstAndTheUnlikeNotAtAll() {
        Document document = document(TENANT, "handbook", "bikes", "dogs", "stairs");
        store().keep(TENANT, document, vectors(unit(3, 4, 0), unit(0, 0, 2), unit(-1, 0, 0)));

        List<Excerpt> found = search(unit(1, 1, 0.2f), 5, 0.1);
        assertThat(found).extracting(Excerpt::text).containsExactly("bikes", "dogs");
        assertThat(found).extracting(Excerpt::document).containsOnly("handbook");
        assertThat(found.getFirst().score()).isCloseTo(1.4 / Math.sqrt(2.04), within(NEAR));
        assertThat(search(unit(1, 1, 0.2f), 5, 0.5)).extracting(Excerpt::text).containsExactly("bikes");
        assertThat(search(unit(1, 1, 0.2f), 1, -1)).extracting(Excerpt::text).containsExactly("bikes");
        assertThat(search(unit(1, 1, 0.2f), 9, -1)).hasSize(3);
    }

    @Test
    void nothingIsFoundOfAnotherKeyOrModel() {
        Document document = document(TENANT, "handbook", "bikes");
        store().keep(TENANT, document, vectors(unit(1, 0)));

        assertThat(store().search("other", MODEL, unit(1, 0), 5, -1)).isEmpty();
        assertThat(store().search(TENANT, "another", unit(1, 0), 5, -1)).isEmpty();
        assertThat(store().isEmpty(TENANT, MODEL)).isFalse();
        assertThat(store().isEmpty("other", MODEL)).isTrue();
        assertThat(store().isEmpty(TENANT, "another")).isTrue();
        assertThat(store().known("other", MODEL, List.of(document))).isEmpty();
        assertThat(store().known(TENANT, "another", List.of(document))).isEmpty();
    }

    @Test
    void whatIsKeptAgainTakesThePlaceOfWhatWasAndWhatIsDeletedIsGone() {
        Document document = document(TENANT, "handbook", "bikes", "dogs");
        Document other = document(TENANT, "rules", "smoking");
        store().keep(TENANT, document, vectors(unit(1, 0), unit(0, 1)));
        store().keep(TENANT, other, vectors(unit(1, 1)));
        assertThat(store().known(TENANT, MODEL, List.of(document, other)))
                .containsExactlyInAnyOrder(document.id(), other.id());
        store().keep(TENANT, document, new Vectors("newer", List.of(unit(1, 0, 0), unit(0, 1, 0))));

        assertThat(store().known(TENANT, MODEL, List.of(document, other))).containsExactly(other.id());
        assertThat(search(unit(1, 0), 5, 0.1)).extracting(Excerpt::text).containsExactly("smoking");
        assertThat(store().search(TENANT, "newer", unit(1, 0, 0), 5, 0.1))
                .extracting(Excerpt::text)
                .containsExactly("bikes");
        store().delete(TENANT, document.id());
        store().delete(TENANT, document.id());
        assertThat(store().isEmpty(TENANT, "newer")).isTrue();
        assertThat(store().isEmpty(TENANT, MODEL)).isFalse();
    }

    @Test
    void vectorsOfAnotherLengthAreLikeNothing() {
        store().keep(TENANT, document(TENANT, "handbook", "bikes"), vectors(unit(1, 0)));
        store().keep(TENANT, document(TENANT, "rules", "smoking"), vectors(unit(1, 0, 0)));

        assertThat(search(unit(1, 0, 0), 5, -1)).extracting(Excerpt::text).containsExactly("smoking");
        assertThat(search(unit(1, 0), 5, -1)).extracting(Excerpt::text).containsExactly("bikes");
        assertThat(search(unit(1, 0, 0, 0), 5, -1)).isEmpty();
    }

    @Test
    void vectorsThatDoNotFitTheirDocumentAreRefused() {
        Document document = document(TENANT, "handbook", "bikes", "dogs");
        assertThatThrownBy(() -> store().keep(TENANT, document, vectors(unit(1, 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 2 passages");
        assertThatThrownBy(() -> store().keep(TENANT, document, vectors(unit(1, 0), unit(1, 0, 0))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store().isEmpty(TENANT, MODEL)).isTrue();
    }

    @Test
    void manyPassagesAreFoundAsByComparingThemOneByOne() {
        Random random = new Random(7);
        List<Excerpt> all = new ArrayList<>();
        float[] question = random(random);
        for (int i = 0; i < 6; i++) {
            String tenant = i < 5 ? TENANT : "other";
            List<float[]> rows = new ArrayList<>();
            String[] passages = new String[40 + i];
            for (int place = 0; place < passages.length; place++) {
                passages[place] = "it's passage \"" + place + "\" of " + i + " \\ ü";
                rows.add(random(random));
                if (tenant.equals(TENANT)) {
                    all.add(new Excerpt("d" + i, passages[place], Vectors.likeness(rows.getLast(), question)));
                }
            }
            store().keep(tenant, document(tenant, "d" + i, passages), new Vectors(MODEL, rows));
        }
        List<Excerpt> expected = all.stream()
                .sorted(Comparator.comparingDouble(Excerpt::score).reversed())
                .limit(20)
                .toList();

        List<Excerpt> found = search(question, 20, -1);
        assertThat(found)
                .extracting(Excerpt::text)
                .containsExactlyElementsOf(expected.stream().map(Excerpt::text).toList());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).score()).isCloseTo(expected.get(i).score(), within(NEAR));
        }
    }

    protected List<Excerpt> search(float[] question, int most, double least) {
        return store().search(TENANT, MODEL, question, most, least);
    }

    protected static Vectors vectors(float[]... rows) {
        return new Vectors(MODEL, List.of(rows));
    }

    protected static float[] unit(float... numbers) {
        return Vectors.unit(numbers).orElseThrow();
    }

    private static float[] random(Random random) {
        float[] numbers = new float[24];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return unit(numbers);
    }
}
