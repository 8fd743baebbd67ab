// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class SecretFilesTest {

    private static final String TOKEN = "RIVULET_INTERNAL_TOKEN";

    @TempDir
    Path folder;

    @Test
    void eachFileIsAVariableOfItsNameAndIsShownToConfigServerToo() throws IOException {
        Files.writeString(folder.resolve(TOKEN), "0123456789abcdef\n");
        Files.writeString(folder.resolve("RIVULET_DATABASE_PASSWORD"), "pass word");

        StandardEnvironment environment = prepared(Map.of(SecretFiles.FOLDER, folder.toString()));

        assertThat(environment.getProperty(TOKEN)).isEqualTo("0123456789abcdef");
        assertThat(environment.resolvePlaceholders("${RIVULET_DATABASE_PASSWORD:}"))
                .isEqualTo("pass word");
        assertThat(environment.getProperty("rivulet.access.token")).isEqualTo("0123456789abcdef");
        assertThat(environment.getProperty("spring.cloud.config.headers.authorization"))
                .isEqualTo("Bearer 0123456789abcdef");
    }

    @Test
    void aVariableOfTheEnvironmentWins() throws IOException {
        Files.writeString(folder.resolve(TOKEN), "of the file");

        assertThat(prepared(Map.of(SecretFiles.FOLDER, folder.toString(), TOKEN, "of the environment"))
                        .getProperty(TOKEN))
                .isEqualTo("of the environment");
    }

    @Test
    void aFolderThatIsNotThereIsToldWithWhatToDo() {
        assertThatThrownBy(() -> prepared(
                        Map.of(SecretFiles.FOLDER, folder.resolve("gone").toString())))
                .hasMessageContaining(folder.resolve("gone") + " is no folder")
                .hasMessageContaining("Mount the secrets there");
        assertThat(prepared(Map.of()).getPropertySources().contains(SecretFiles.SOURCE))
                .isFalse();
    }

    private static StandardEnvironment prepared(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new MapPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        SpringApplication application = new SpringApplication();
        new SecretFiles().postProcessEnvironment(environment, application);
        new AccessDefaults().postProcessEnvironment(environment, application);
        return environment;
    }
}
