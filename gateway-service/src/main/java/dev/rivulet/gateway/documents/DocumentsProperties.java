package dev.rivulet.gateway.documents;

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
 */
@ConfigurationProperties("rivulet.documents")
record DocumentsProperties(
        @DefaultValue("1MB") DataSize maxDocument,
        @DefaultValue("200") int mostPerKey,
        @DefaultValue("20000") int passagesPerKey,
        @DefaultValue("500") int passage,
        @DefaultValue("100") int indexes) {

    DocumentsProperties {
        require(maxDocument.toBytes() >= 1 && maxDocument.toMegabytes() <= 64, "max-document is between 1B and 64MB");
        require(mostPerKey >= 1 && passagesPerKey >= 1 && indexes >= 1, "limits are at least 1");
        require(passage >= 100 && passage <= 4_000, "passage is between 100 and 4000");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.documents: " + rule);
        }
    }
}
