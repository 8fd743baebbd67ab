// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.ConfigTreePropertySource.Option;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;

/**
 * Secrets in files, as container engines mount them: each file of the folder that {@code RIVULET_SECRETS} names is a variable
 * of its name, such as {@code RIVULET_INTERNAL_TOKEN}, without the line break at its end. A variable of the environment wins.
 */
final class SecretFiles implements EnvironmentPostProcessor, Ordered {

    static final String FOLDER = "RIVULET_SECRETS";
    static final String SOURCE = "rivuletSecretFiles";

    /** Before {@link AccessDefaults}, which shows the token to config-server. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER - 2;
    }

    /** @throws IllegalStateException if the folder is not there */
    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String folder = environment.getProperty(FOLDER, "").strip();
        if (folder.isEmpty()) {
            return;
        }
        Path path = Path.of(folder);
        if (!Files.isDirectory(path)) {
            throw new IllegalStateException(FOLDER + "=" + folder
                    + " is no folder. Mount the secrets there, one file each named as its variable, or take " + FOLDER
                    + " away and set the variables themselves.");
        }
        environment
                .getPropertySources()
                .addAfter(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new ConfigTreePropertySource(SOURCE, path, Option.AUTO_TRIM_TRAILING_NEW_LINE));
    }
}
