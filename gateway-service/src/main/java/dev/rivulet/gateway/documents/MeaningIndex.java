// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Passages by what they mean, compared one by one. Immutable. */
final class MeaningIndex {

    private record Entry(String document, String text, float[] vector) {}

    private final List<Entry> entries = new ArrayList<>();

    /** @param vectors of those documents that have them, by id */
    MeaningIndex(List<Document> documents, Map<String, Vectors> vectors) {
        for (Document document : documents) {
            Vectors known = vectors.get(document.id());
            for (int i = 0; known != null && i < known.rows().size(); i++) {
                entries.add(new Entry(
                        document.name(),
                        document.passages().get(i),
                        known.rows().get(i)));
            }
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Bytes that it takes, near enough for a limit. */
    int bytes() {
        return entries.stream()
                .mapToInt(entry -> 96 + 2 * entry.text().length() + Float.BYTES * entry.vector().length)
                .sum();
    }

    /** @param least likeness of a passage that counts, -1 to 1 */
    List<Excerpt> search(float[] question, int most, double least) {
        return entries.stream()
                .filter(entry -> entry.vector().length == question.length)
                .map(entry -> new Excerpt(entry.document(), entry.text(), Vectors.likeness(entry.vector(), question)))
                .filter(found -> found.score() >= least)
                .sorted(Comparator.comparingDouble(Excerpt::score).reversed())
                .limit(most)
                .toList();
    }
}
