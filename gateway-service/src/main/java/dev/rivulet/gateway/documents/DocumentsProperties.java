// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of documents.
 *
 * @param maxDocument largest one, as it is sent
 * @param mostPerKey documents of one key
 * @param passagesPerKey passages of all documents of one key
 * @param passage characters of a passage, 100 to 4,000
 * @param indexes of how many keys passages are kept ready in memory
 * @param vectors where what passages mean is kept and compared
 * @param model of embeddings that passages and questions are compared with; empty for words alone
 * @param leastLikeness cosine of a passage to a question from which on it counts, -1 to 1; it differs from model to model
 * @param memory of the vectors that are kept ready
 * @param batch passages that the model is asked for at once, 1 to 256
 * @param batchPatience until it has answered
 * @param waiting documents that may wait for it
 * @param patience until a question is compared; the words alone count after it
 * @param failures in a row after which the model is asked of no question for a while, 1 to 1,000
 * @param pause how long it is not
 */
@ConfigurationProperties("rivulet.documents")
record DocumentsProperties(
        @DefaultValue("1MB") DataSize maxDocument,
        @DefaultValue("200") int mostPerKey,
        @DefaultValue("20000") int passagesPerKey,
        @DefaultValue("500") int passage,
        @DefaultValue("100") int indexes,
        @DefaultValue("memory") Place vectors,
        @DefaultValue("") String model,
        @DefaultValue("0.4") double leastLikeness,
        @DefaultValue("64MB") DataSize memory,
        @DefaultValue("16") int batch,
        @DefaultValue("60s") Duration batchPatience,
        @DefaultValue("200") int waiting,
        @DefaultValue("1s") Duration patience,
        @DefaultValue("5") int failures,
        @DefaultValue("5s") Duration pause) {

    /** Where vectors lie. */
    enum Place {
        /** In files of this gateway, ready in its memory. */
        MEMORY,
        /** In a PostgreSQL with pgvector that gateways share. */
        PGVECTOR
    }

    DocumentsProperties {
        require(
                vectors == Place.MEMORY || !model.isEmpty(),
                "model (of embeddings) is needed where vectors is pgvector");
        require(maxDocument.toBytes() >= 1 && maxDocument.toMegabytes() <= 64, "max-document is between 1B and 64MB");
        require(mostPerKey >= 1 && passagesPerKey >= 1 && indexes >= 1, "limits are at least 1");
        require(model.length() <= 200, "model has at most 200 characters");
        require(leastLikeness >= -1 && leastLikeness <= 1, "least-likeness is between -1 and 1");
        require(memory.toBytes() >= 1 && batch >= 1 && batch <= 256 && waiting >= 1, "batch is between 1 and 256");
        require(batchPatience.isPositive() && patience.isPositive(), "times are above 0");
        require(failures >= 1 && failures <= 1_000, "failures is between 1 and 1000");
        require(pause.toMillis() >= 1, "pause is at least 1ms");
        require(passage >= 100 && passage <= 4_000, "passage is between 100 and 4000");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.documents: " + rule);
        }
    }
}
