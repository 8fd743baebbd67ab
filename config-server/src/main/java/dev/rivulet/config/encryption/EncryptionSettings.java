// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.encryption;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The key that secrets are encrypted with, in Git, in files and in the database.
 *
 * @param key at least 32 characters, such as the output of {@code openssl rand -hex 32}; empty for none. Default: the environment
 *     variable {@code RIVULET_CONFIG_KEY}
 * @param keyFile a file that holds it instead, of at most 4 KB; empty for none. Default: {@code RIVULET_CONFIG_KEY_FILE}
 */
@ConfigurationProperties("rivulet.config")
public record EncryptionSettings(
        @Nullable String key, @Nullable String keyFile) {

    private static final int SHORTEST = 32;
    private static final long LARGEST_FILE = 4_096;

    public EncryptionSettings {
        key = key == null || key.isBlank() ? null : key.strip();
        keyFile = keyFile == null || keyFile.isBlank() ? null : keyFile.strip();
        if (key != null && keyFile != null) {
            throw new IllegalArgumentException(
                    "Both rivulet.config.key and rivulet.config.key-file are set: give the key in one of them.");
        }
    }

    /**
     * The key, read now.
     *
     * @throws IllegalArgumentException if it can be guessed or the file can't be read
     */
    public Optional<String> secret() {
        String given = keyFile == null ? key : read(Path.of(keyFile));
        if (given != null && given.length() < SHORTEST) {
            throw new IllegalArgumentException("The key of config-server (RIVULET_CONFIG_KEY or the file of "
                    + "RIVULET_CONFIG_KEY_FILE) has " + given.length()
                    + " characters and can be guessed: give at least "
                    + SHORTEST + ", for example the output of `openssl rand -hex 32`");
        }
        return Optional.ofNullable(given);
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IllegalArgumentException(file + " (RIVULET_CONFIG_KEY_FILE) is too large to hold a key");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("The key of RIVULET_CONFIG_KEY_FILE can't be read: " + e, e);
        }
    }

    /** Says whether there is a key, never which. */
    @Override
    public String toString() {
        return "EncryptionSettings[key=" + (key == null && keyFile == null ? "none" : "set") + "]";
    }
}
