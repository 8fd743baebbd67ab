// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where files of callers are kept, and how much of them.
 *
 * @param folder kept over restarts; only this gateway writes there
 * @param maxFile largest file
 * @param maxPerKey bytes of all files of one key
 * @param mostPerKey files of one key
 * @param uploadTimeout until a file has arrived
 */
@ConfigurationProperties("rivulet.files")
public record FilesProperties(
        Path folder,
        @DefaultValue("64MB") DataSize maxFile,
        @DefaultValue("512MB") DataSize maxPerKey,
        @DefaultValue("1000") int mostPerKey,
        @DefaultValue("5m") Duration uploadTimeout) {

    public FilesProperties {
        if (maxFile.toBytes() < 1 || maxPerKey.compareTo(maxFile) < 0 || mostPerKey < 1) {
            throw new IllegalArgumentException(
                    "rivulet.files: max-file is at least 1B, max-per-key at least max-file, most-per-key at least 1");
        }
    }
}
