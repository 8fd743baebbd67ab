// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Vectors in files beside their documents, and those of the keys that asked last ready in memory, compared one by one. */
final class FileMeanings implements MeaningStore {

    private final Shelf shelf;
    private final Cache<Key, MeaningIndex> indexes;

    /** An index holds until a document comes or goes, or its vectors do. */
    private record Key(String tenant, String model, long changes) {}

    /** @param memory bytes of the vectors that are kept ready */
    FileMeanings(Shelf shelf, long memory) {
        this.shelf = shelf;
        this.indexes = Caffeine.newBuilder()
                .maximumWeight(memory)
                .weigher((Key key, MeaningIndex index) -> index.bytes())
                .executor(Runnable::run)
                .build();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Set<String> known(String tenant, String model, List<Document> documents) {
        return documents.stream()
                .filter(document -> shelf.vectors(tenant, document)
                        .filter(vectors -> vectors.model().equals(model))
                        .isPresent())
                .map(Document::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void keep(String tenant, Document document, Vectors vectors) {
        vectors.requireFit(document);
        shelf.keep(tenant, document, vectors);
    }

    @Override
    public void delete(String tenant, String document) {
        shelf.forget(tenant, document);
    }

    @Override
    public boolean isEmpty(String tenant, String model) {
        return index(tenant, model).isEmpty();
    }

    @Override
    public List<Excerpt> search(String tenant, String model, float[] question, int most, double least) {
        return index(tenant, model).search(question, most, least);
    }

    private MeaningIndex index(String tenant, String model) {
        return indexes.get(new Key(tenant, model, shelf.changes()), key -> {
            List<Document> documents = shelf.list(tenant);
            Map<String, Vectors> vectors = new HashMap<>();
            for (Document document : documents) {
                shelf.vectors(tenant, document)
                        .filter(known -> known.model().equals(model))
                        .ifPresent(known -> vectors.put(document.id(), known));
            }
            return new MeaningIndex(documents, vectors);
        });
    }
}
