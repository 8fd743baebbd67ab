// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are random, kept, and their owner's alone. */
class SecretsTest {
    @TempDir
    Path folder;

    RivuletHome home;
    Secrets secrets;

    @BeforeEach
    void freshHome() {
        home = new RivuletHome(folder.resolve("home"), folder);
        home.create();
        secrets = new Secrets(home, new SecureRandom());
    }

    @Test
    void aKeyIsMadeOnceAndKept() {
        String key = secrets.apiKey();

        assertThat(key).matches("rvk_[A-Za-z0-9_-]{43}");
        assertThat(new Secrets(home, new SecureRandom()).apiKey()).isEqualTo(key);
        assertThat(secrets.internalToken()).hasSize(43).isNotEqualTo(secrets.databasePassword());
    }

    @Test
    void onlyTheOwnerReadsThem() throws IOException {
        secrets.apiKey();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.apiKey())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void anEmptyFileIsNoSecret() throws IOException {
        Files.writeString(home.apiKey(), " \n");

        assertThatThrownBy(secrets::apiKey).isInstanceOf(UsageException.class).hasMessageContaining("delete it");
    }

    @Test
    void theDigestIsThatOfTheStandard() {
        assertThat(Secrets.sha256("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
