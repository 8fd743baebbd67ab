// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.gateway.files.FilesProperties;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class FileMeaningsTest extends MeaningStoreContractTest {

    @TempDir
    private Path folder;

    private Shelf shelf;
    private FileMeanings meanings;

    @BeforeEach
    void make() {
        DocumentsProperties limits = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("rivulet.documents", DocumentsProperties.class);
        FilesProperties files = new FilesProperties(
                folder, DataSize.ofMegabytes(1), DataSize.ofMegabytes(10), 10, Duration.ofMinutes(1));
        shelf = new Shelf(
                new FileStore(files, JsonMapper.shared(), Clock.systemUTC(), UUID::randomUUID),
                limits,
                JsonMapper.shared(),
                Clock.systemUTC(),
                () -> UUID.randomUUID().toString().replace("-", ""));
        meanings = new FileMeanings(shelf, 1 << 20);
    }

    @Override
    protected MeaningStore store() {
        return meanings;
    }

    @Override
    protected Document document(String tenant, String name, String... passages) {
        return shelf.keep(tenant, name, Stream.of(passages).map("# \n"::concat).collect(Collectors.joining("\n\n")), 1);
    }
}
