// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import dev.rivulet.federation.participants.MemoryBudget;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of updates; the size budget of one is its federation's.
 *
 * @param mostMetrics of one update
 * @param mostDecoded updates that are decoded and judged at a time; others wait for their turn
 * @param mostDecodedBytes of updates that are kept for the sum of their round; others are read again. 0 for an eighth of the heap
 */
@Validated
@ConfigurationProperties("rivulet.federation.updates")
record UpdatesSettings(
        @DefaultValue("32") @Min(0) @Max(1000) int mostMetrics,
        @DefaultValue("4") @Min(1) @Max(1000) int mostDecoded,
        @DefaultValue("0B") DataSize mostDecodedBytes) {

    MemoryBudget decodedBudget() {
        long said = mostDecodedBytes.toBytes();
        return new MemoryBudget(said > 0 ? said : Runtime.getRuntime().maxMemory() / 8);
    }
}
