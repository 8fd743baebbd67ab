// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
    @TempDir
    Path folder;

    @Test
    void jarsOfTheSameContentHaveOneNameWhereverTheyLie() throws IOException {
        Path one = jar("one.jar", Map.of("A.class", "same"));
        Path other = jar("other.jar", Map.of("A.class", "same"));
        assertThat(Digests.jarName(one)).isEqualTo(Digests.jarName(other)).matches("[0-9a-f]{16}");
    }

    @Test
    void aChangedByteOfTheSameLengthGivesAnotherName() throws IOException {
        Path before = jar("before.jar", Map.of("A.class", "same"));
        Path after = jar("after.jar", Map.of("A.class", "sane"));
        assertThat(Digests.jarName(before)).isNotEqualTo(Digests.jarName(after));
    }

    @Test
    void anEntryOfAnotherNameGivesAnotherName() throws IOException {
        Path before = jar("before.jar", Map.of("A.class", "same"));
        Path after = jar("after.jar", Map.of("B.class", "same"));
        assertThat(Digests.jarName(before)).isNotEqualTo(Digests.jarName(after));
    }

    private Path jar(String name, Map<String, String> entries) throws IOException {
        Path jar = folder.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return jar;
    }
}
