// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where bytes lie.
 *
 * @param folder of models and updates
 * @param pinned of models in memory together: the versions that were last made or read. 0 for an eighth of the heap
 */
@ConfigurationProperties("rivulet.federation")
public record PublicationSettings(
        @DefaultValue(".rivulet/data/federation") Path folder,
        @DefaultValue("0B") DataSize pinned) {

    long pinnedBytes() {
        return pinned.toBytes() > 0 ? pinned.toBytes() : Runtime.getRuntime().maxMemory() / 8;
    }
}
