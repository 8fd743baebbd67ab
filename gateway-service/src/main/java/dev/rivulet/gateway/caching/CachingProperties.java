// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is remembered.
 *
 * @param size memory for answers, 0 for none (the default), at most 4 GB
 * @param maxRequest largest request body that is looked at, up to 1 MB
 * @param maxAnswer largest answer that is kept, up to 16 MB
 * @param keep how long an answer is kept
 * @param semantic by model: whether requests that mean the same get the same answer
 */
@ConfigurationProperties("rivulet.caching")
record CachingProperties(
        @DefaultValue("0B") DataSize size,
        @DefaultValue("64KB") DataSize maxRequest,
        @DefaultValue("256KB") DataSize maxAnswer,
        @DefaultValue("1h") Duration keep,
        @DefaultValue Map<String, Semantic> semantic) {

    CachingProperties {
        require(size.toBytes() >= 0 && size.compareTo(DataSize.ofGigabytes(4)) <= 0, "size is between 0 and 4GB");
        require(
                maxRequest.toBytes() >= 1 && maxRequest.compareTo(DataSize.ofMegabytes(1)) <= 0,
                "max-request is between 1B and 1MB");
        require(
                maxAnswer.toBytes() >= 1 && maxAnswer.compareTo(DataSize.ofMegabytes(16)) <= 0,
                "max-answer is between 1B and 16MB");
        require(keep.toMillis() >= 1, "keep is at least 1ms");
        semantic = Map.copyOf(semantic);
        require(semantic.size() <= 1_000, "semantic holds more than 1000 models");
    }

    /**
     * How alike two questions must be.
     *
     * @param embeddings the model that embeds them
     * @param threshold least cosine of their vectors, above 0 to 1
     */
    record Semantic(String embeddings, @DefaultValue("0.95") double threshold) {
        Semantic {
            require(!embeddings.isBlank(), "semantic needs the name of an embeddings model");
            require(threshold > 0 && threshold <= 1, "threshold is above 0 and at most 1");
        }
    }

    boolean isOff() {
        return size.toBytes() == 0;
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.caching: " + rule);
        }
    }
}
