// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rivulet.audit.AuditKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {

    @TempDir
    private Path folder;

    private KeyFiles files(long seed) {
        return new KeyFiles(folder, new Random(seed));
    }

    @Test
    void keysAreMadeOnceAndFoundAgain() {
        AuditKey key = AuditKey.of(files(1).signing().getPublic());
        byte[] secret = files(1).secret();

        assertThat(AuditKey.of(files(2).signing().getPublic())).isEqualTo(key);
        assertThat(files(2).secret()).isEqualTo(secret).hasSize(32);
    }

    @Test
    void nobodyElseMayReadThem() throws Exception {
        files(1).signing();
        files(1).secret();
        for (String name : new String[] {"signing.pem", "pseudonyms.key"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(folder.toFile().list()).hasSize(2);
    }

    @Test
    void thePublicKeyIsWhatOpensslWrites() {
        var key = files(1).signing().getPublic();
        assertThat(AuditKey.ofPem(KeyFiles.pem(key))).isEqualTo(AuditKey.of(key));
    }

    @Test
    void aKeyThatIsNoneIsToldAndNotReplaced() throws Exception {
        Files.writeString(folder.resolve("signing.pem"), "no key");
        assertThatIllegalStateException().isThrownBy(() -> files(1).signing());
        assertThat(folder.resolve("signing.pem")).hasContent("no key");
    }
}
