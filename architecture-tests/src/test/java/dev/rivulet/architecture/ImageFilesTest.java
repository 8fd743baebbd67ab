// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What images are made with: the files of {@code deploy/image}, without a Docker engine. */
class ImageFilesTest {

    private static final Path FOLDER = Sources.root().resolve("deploy/image");
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-02-02T02:02:02Z"));

    @TempDir
    static Path compiled;

    @TempDir
    Path jars;

    @BeforeAll
    static void compileWhatPicksNatives() {
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        compiled.toString(),
                        FOLDER.resolve("KeepNatives.java").toString());
        assertThat(result).isZero();
    }

    @Test
    void allImagesBeginWithTheSameStagesSoThatTheyShareTheirLayers() {
        String services = Sources.text(FOLDER.resolve("Dockerfile")).orElseThrow();
        String command = Sources.text(FOLDER.resolve("cli.Dockerfile")).orElseThrow();

        assertThat(between(services, "ARG JDK=", "FROM jdk AS"))
                .contains("AS jdk", "AS runtime")
                .isEqualTo(between(command, "ARG JDK=", "FROM jdk AS"));
    }

    private static String between(String text, String from, String to) {
        return text.substring(text.indexOf(from), text.indexOf(to));
    }

    @Test
    void nothingInsideAnImageCallsForAProgramThatItsBaseHasNot() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertThat(files.toList())
                    .allSatisfy(file -> assertThat(Sources.text(file)
                                    .orElse("")
                                    .lines()
                                    .filter(line -> !line.strip().startsWith("#"))
                                    .filter(line -> line.matches(".*\\b(curl|wget|python3?)\\b.*")))
                            .as(Sources.name(file))
                            .isEmpty());
        }
        assertThat(Sources.text(FOLDER.resolve("Dockerfile")).orElseThrow())
                .contains("HEALTHCHECK", "CMD [\"/app/get\"")
                .contains("deploy/image/get");
    }

    @Test
    void nativesOfOtherSystemsGoAndEverythingElseStays() throws Exception {
        Path jar = jar(
                "engine-1.0.jar",
                "META-INF/MANIFEST.MF",
                "ai/native/linux-x64/libengine.so",
                "ai/native/linux-aarch64/libengine.so",
                "ai/native/osx-aarch64/libengine.dylib",
                "ai/native/osx-aarch64/libengine.dylib.dSYM/Contents/Info.plist",
                "org/snap/Linux/android-aarch64/libsnap.so",
                "org/snap/Linux/x86_64/libsnap.so",
                "org/jna/win32-x86-64/jna.dll",
                "META-INF/native/libtransport_linux_x86_64.so",
                "META-INF/native/libtransport_linux_aarch_64.so",
                "org/darwin/Origin.class",
                "libplain.so");

        keep("amd64");

        assertThat(entries(jar))
                .containsExactlyInAnyOrder(
                        "META-INF/MANIFEST.MF",
                        "ai/native/linux-x64/libengine.so",
                        "org/snap/Linux/x86_64/libsnap.so",
                        "META-INF/native/libtransport_linux_x86_64.so",
                        "org/darwin/Origin.class",
                        "libplain.so");
        assertThat(Files.getLastModifiedTime(jar)).isEqualTo(LONG_AGO);
        try (ZipFile file = new ZipFile(jar.toFile())) {
            ZipEntry kept = file.getEntry("ai/native/linux-x64/libengine.so");
            assertThat(file.getInputStream(kept).readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("what is in ai/native/linux-x64/libengine.so");
        }
    }

    @Test
    void theOtherProcessorKeepsItsOwnAndJarsForAnotherSystemGoAsAWhole() throws Exception {
        Path jar = jar("zstd-1.5.jar", "linux/amd64/libzstd.so", "linux/aarch64/libzstd.so", "linux/arm/libzstd.so");
        Path plain = jar("plain-1.0.jar", "a/B.class");
        Path own = jar("netty-native-quic-linux-aarch_64.jar", "META-INF/native/libquic_linux_aarch_64.so");
        Path other = jar("netty-native-quic-linux-x86_64.jar", "META-INF/native/libquic_linux_x86_64.so");
        Path another = jar("netty-native-quic-osx-aarch_64.jar", "META-INF/native/libquic_osx_aarch_64.jnilib");

        keep("aarch64");

        assertThat(entries(jar)).containsExactly("linux/aarch64/libzstd.so");
        assertThat(entries(plain)).containsExactly("a/B.class");
        assertThat(own).exists();
        assertThat(List.of(other, another)).noneMatch(Files::exists);
    }

    @Test
    void aBuildFailsWhereTheImagesSystemHasNoNativeAndNothingIsTakenOutOfASignedJar() throws Exception {
        Path without = jar("engine-1.0.jar", "native/win-x64/engine.dll", "native/osx-aarch64/engine.dylib");
        assertThatThrownBy(() -> keep("amd64")).hasMessageContainingAll("engine-1.0.jar", "none for this system");
        Files.delete(without);

        Path signed = jar("signed.jar", "META-INF/SIGNER.SF", "linux/amd64/libs.so", "win/amd64/s.dll");
        assertThatThrownBy(() -> keep("amd64")).hasMessageContainingAll("signed.jar", "is signed");
        assertThat(entries(signed)).hasSize(3);

        assertThatThrownBy(() -> keep("s390x")).hasMessageContaining("s390x");
    }

    private void keep(String processor) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {compiled.toUri().toURL()})) {
            loader.loadClass("KeepNatives").getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {jars.toString(), processor});
        } catch (InvocationTargetException e) {
            throw (Exception) e.getCause();
        }
    }

    private Path jar(String name, String... entries) throws IOException {
        Path jar = jars.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(("what is in " + entry).getBytes(StandardCharsets.UTF_8));
            }
        }
        return Files.setLastModifiedTime(jar, LONG_AGO);
    }

    private static List<String> entries(Path jar) throws IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }
}
