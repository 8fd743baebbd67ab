// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finds a JDK 25 among folders that look like JDKs. */
class JdkFinderTest {
    @TempDir
    Path folder;

    Launcher launcher;

    @BeforeEach
    void machineWithoutJava() throws IOException {
        launcher = new Launcher(folder);
    }

    private Path jdk(String name, String version) throws IOException {
        return java(name, version, true);
    }

    private Path java(String name, String version, boolean compiler) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        program(home.resolve("bin/java"), "echo 'openjdk version \"" + version + "\"' >&2");
        if (compiler) {
            program(home.resolve("bin/javac"), "");
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void program(Path file, String code) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + code + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String found() throws Exception {
        Launcher.Told told = launcher.call("find_jdk");
        assertThat(told.exit()).as(told.err()).isZero();
        return told.out().strip();
    }

    @Test
    void rivuletJavaHomeComesFirst() throws Exception {
        Path mine = jdk("mine", "25.0.1");
        launcher.with("RIVULET_JAVA_HOME", mine.toString())
                .with("JAVA_HOME", jdk("other", "25.0.2").toString());

        assertThat(found()).isEqualTo(mine.toString());
    }

    @Test
    void aWrongRivuletJavaHomeIsToldAndNotReplaced() throws Exception {
        launcher.with("RIVULET_JAVA_HOME", jdk("old", "21.0.4").toString())
                .with("JAVA_HOME", jdk("right", "25").toString());

        Launcher.Told told = launcher.call("find_jdk");

        assertThat(told.exit()).isNotZero();
        assertThat(told.err()).contains("RIVULET_JAVA_HOME", "is not a JDK 25", "https://adoptium.net/");
    }

    @Test
    void javaHomeIsTakenIfItIs25() throws Exception {
        Path home = jdk("home", "25");
        launcher.with("JAVA_HOME", home.toString());

        assertThat(found()).isEqualTo(home.toString());
    }

    @Test
    void anOlderJavaHomeIsPassedByForAFolderOfJdks() throws Exception {
        launcher.with("JAVA_HOME", jdk("old", "17.0.15").toString());
        jdk("jdks/a-21", "21.0.1");
        Path right = jdk("jdks/b-25", "25.0.3");
        jdk("jdks/c-26", "26");
        launcher.with("RIVULET_JDK_FOLDERS", folder.resolve("jdks").toString());

        assertThat(found()).isEqualTo(right.toString());
    }

    @Test
    void aMacBundleIsEntered() throws Exception {
        Path home = jdk("jdks/temurin-25.jdk/Contents/Home", "25.0.1");
        launcher.with("RIVULET_JDK_FOLDERS", folder.resolve("jdks").toString());

        assertThat(found()).isEqualTo(home.toString());
    }

    @Test
    void theJavaOnThePathIsFollowedThroughItsLinks() throws Exception {
        Path home = jdk("deep/jdk", "25.0.1");
        Path link = folder.resolve("alternative");
        Files.createSymbolicLink(link, home.resolve("bin/java"));
        Files.createSymbolicLink(launcher.tools().resolve("java"), link);

        assertThat(found()).isEqualTo(home.toRealPath().toString());
    }

    @Test
    void aJdkWithoutReleaseFileIsAskedForItsVersion() throws Exception {
        Path home = jdk("plain", "25.0.1");
        Files.delete(home.resolve("release"));
        launcher.with("JAVA25_HOME", home.toString());

        assertThat(found()).isEqualTo(home.toString());
    }

    @Test
    void aRuntimeWithoutCompilerIsNoJdk() throws Exception {
        launcher.with("JAVA_HOME", java("jre", "25.0.1", false).toString());

        assertThat(launcher.call("find_jdk").exit()).isNotZero();
    }

    @Test
    void withoutAnyTheMessageSaysWhatToGetAndWhatWasLookedAt() throws Exception {
        Path old = jdk("old", "17");
        launcher.with("JAVA_HOME", old.toString());

        Launcher.Told told = launcher.run("status");

        assertThat(told.exit()).isEqualTo(1);
        assertThat(told.err())
                .contains("JDK 25", "https://adoptium.net/temurin/releases/?version=25", "/usr/lib/jvm", old.toString())
                .doesNotContain("line ");
    }
}
