// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.util.List;
import java.util.Set;

/**
 * Where what passages mean is kept and compared, each key's apart. Blocking; safe for use by many threads. What can't be reached fails
 * with a {@link dev.rivulet.problems.ProblemException}, within its own limit of time.
 */
public interface MeaningStore {

    /** Whether other gateways find and change what lies in it. */
    boolean isShared();

    /** The ids of those of these documents whose passages all have vectors of a model. */
    Set<String> known(String tenant, String model, List<Document> documents);

    /**
     * Keeps what a document means, instead of what was known of it.
     *
     * @param vectors one row for each passage, each of length 1 and of as many numbers
     * @throws IllegalArgumentException if these vectors are not such as can be kept here
     */
    void keep(String tenant, Document document, Vectors vectors);

    void delete(String tenant, String document);

    /** Whether nothing can be found. */
    boolean isEmpty(String tenant, String model);

    /**
     * The passages that are most like a question, the best first. Those whose vectors have another number of numbers are like nothing.
     *
     * @param question a vector of length 1
     * @param most passages
     * @param least cosine of one that counts, -1 to 1
     */
    List<Excerpt> search(String tenant, String model, float[] question, int most, double least);
}
