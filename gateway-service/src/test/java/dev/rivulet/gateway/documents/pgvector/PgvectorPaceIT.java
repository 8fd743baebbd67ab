// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.NodePostgres;
import dev.rivulet.gateway.documents.Document;
import dev.rivulet.gateway.documents.Excerpt;
import dev.rivulet.gateway.documents.Vectors;
import dev.rivulet.gateway.documents.pgvector.PgvectorProperties.Index;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a key with as many passages as it may have is searched, among keys with as many in all. Run by conformance/pgvector. */
@Tag("long")
class PgvectorPaceIT {

    private static final String MODEL = "minilm";
    private static final int DIMENSIONS = 384;
    private static final int DOCUMENTS = 20;
    private static final int PASSAGES = 1_000;
    private static final int QUESTIONS = 50;

    private final Random random = new Random(11);

    @Test
    void aKeyWithAsManyPassagesAsItMayHaveIsSearched() {
        Assumptions.assumeTrue(
                NodePostgres.another().isPresent(),
                "RIVULET_TEST_VECTORS_URL names no server: there is nothing to time");
        PgvectorProperties settings = new PgvectorProperties(
                NodePostgres.another().orElseThrow(),
                NodePostgres.user(),
                "any",
                "passages_pace",
                Index.EXACT,
                0,
                2,
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                2,
                Duration.ofSeconds(5));
        try (PgvectorMeanings store = new PgvectorMeanings(new VectorDatabase(settings), settings)) {
            double[] kept = new double[2 * DOCUMENTS];
            for (int i = 0; i < kept.length; i++) {
                String tenant = i % 2 == 0 ? "full" : "other-" + i;
                Document document = document("d" + i);
                Vectors vectors = vectors();
                long before = System.nanoTime();
                store.keep(tenant, document, vectors);
                kept[i] = (System.nanoTime() - before) / 1e6;
            }
            double[] asked = new double[QUESTIONS];
            for (int i = 0; i < QUESTIONS; i++) {
                float[] question = unit();
                long before = System.nanoTime();
                List<Excerpt> found = store.search("full", MODEL, question, 3, -1);
                asked[i] = (System.nanoTime() - before) / 1e6;
                assertThat(found).hasSize(3);
            }
            System.out.printf(
                    "a document of %d passages of %d numbers is kept in p50 %.0f ms, p95 %.0f ms; of %d passages of a key the 3"
                            + " most alike are found in p50 %.1f ms, p95 %.1f ms%n",
                    PASSAGES,
                    DIMENSIONS,
                    at(kept, 50),
                    at(kept, 95),
                    DOCUMENTS * PASSAGES,
                    at(asked, 50),
                    at(asked, 95));
        }
    }

    private static double at(double[] times, int percent) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private static Document document(String name) {
        List<String> passages = IntStream.range(0, PASSAGES)
                .mapToObj(place -> "passage " + place + " of " + name)
                .toList();
        return new Document(name, name, 1, 0, passages);
    }

    private Vectors vectors() {
        List<float[]> rows = new ArrayList<>();
        for (int place = 0; place < PASSAGES; place++) {
            rows.add(unit());
        }
        return new Vectors(MODEL, rows);
    }

    private float[] unit() {
        float[] numbers = new float[DIMENSIONS];
        double square = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            numbers[i] = (float) random.nextGaussian();
            square += numbers[i] * numbers[i];
        }
        for (int i = 0; i < DIMENSIONS; i++) {
            numbers[i] /= (float) Math.sqrt(square);
        }
        return numbers;
    }
}
