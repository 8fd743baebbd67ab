// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.inference.FileEngine;
import dev.rivulet.inference.Replica;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Models of folders of this machine, without a registry. */
class LocalFoldersTest {

    @TempDir
    private Path folder;

    @Test
    void aFolderIsServedFromTheStartWithASpareSlotBesideThoseThatRun() throws Exception {
        Files.writeString(folder.resolve("config.json"), "fake");
        try (Replica replica = Replica.startWith(
                FileEngine::new, "rivulet.models.folders.small=" + folder, "rivulet.models.slots=3")) {
            assertThat(replica.models().find("small")).hasValueSatisfying(model -> {
                assertThat(model.version().version()).isEqualTo("folder");
                assertThat(model.slots()).isEqualTo(3);
            });
            assertThat(replica.models().all()).hasSize(1);
        }
    }

    @Test
    void aFolderIsRefusedWhereSignaturesAreRequired() {
        Map<String, String> settings =
                Map.of("rivulet.models.folders.small", folder.toString(), "rivulet.models.signatures", "require");
        assertThatThrownBy(() -> new Binder(new MapConfigurationPropertySource(settings))
                        .bind("rivulet.models", ModelsProperties.class))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining("rivulet.models.folders are not signed");
    }
}
