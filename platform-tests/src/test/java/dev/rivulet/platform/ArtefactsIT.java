// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is shipped says what it is made of, and can be made again. */
class ArtefactsIT {

    private static final String SBOM = "META-INF/sbom/application.cdx.json";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config-server",
                "model-registry",
                "inference-service",
                "gateway-service",
                "federation-service",
                "console"
            })
    void aJarNamesEveryLibraryThatItHolds(String service) throws IOException {
        try (JarFile jar = new JarFile(jar(service).toFile())) {
            JsonNode sbom = Platform.JSON.readTree(jar.getInputStream(sbom(jar)).readAllBytes());
            Set<String> named = new HashSet<>();
            sbom.path("components")
                    .forEach(part -> named.add(part.path("name").asString("") + "-"
                            + part.path("version").asString("")));
            List<String> held = libraries(jar).toList();

            assertThat(sbom.path("bomFormat").asString("")).isEqualTo("CycloneDX");
            assertThat(sbom.path("metadata").path("component").path("name").asString(""))
                    .isEqualTo(service);
            assertThat(held).hasSizeGreaterThan(50);
            assertThat(held)
                    .filteredOn(library -> named.stream().noneMatch(library::startsWith))
                    .as("libraries that the SBOM does not name")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway-service", "cli"})
    void nothingInAJarSaysWhenOrWhereItWasMade(String module) throws IOException {
        try (JarFile jar = new JarFile(jar(module).toFile())) {
            assertThat(jar.stream()
                            .filter(entry -> entry.getName().startsWith("dev/rivulet/")
                                    || entry.getName().startsWith("BOOT-INF/classes/")))
                    .extracting(ZipEntry::getTimeLocal)
                    .as("project.build.outputTimestamp")
                    .containsOnly(jar.getEntry("META-INF/MANIFEST.MF").getTimeLocal());
            String sbom = new String(jar.getInputStream(sbom(jar)).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(sbom)
                    .doesNotContain(
                            "\"timestamp\"", "file:/", Platform.repository().toString());
        }
    }

    @Test
    @Tag("long")
    void twoBuildsOfACommitAreTheSameByteForByte() {
        ProcessBuilder builds = new ProcessBuilder("bash", "deploy/ci/reproducible")
                .directory(Platform.repository().toFile());
        builds.environment().put("JAVA_HOME", System.getProperty("java.home"));

        assertThat(Finished.of(builds, Duration.ofMinutes(90)).succeeded().output())
                .contains("gateway-service", "inference-service", "cli");
    }

    private static Path jar(String module) {
        return Platform.repository().resolve(module).resolve("target").resolve(module + ".jar");
    }

    /** The SBOM of a service lies among its classes, that of the command at the root. */
    private static ZipEntry sbom(JarFile jar) {
        return Stream.of(SBOM, "BOOT-INF/classes/" + SBOM)
                .map(jar::getEntry)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        jar.getName() + " has no SBOM: a build with -Dquick makes none; mvn -DskipTests package does"));
    }

    private static Stream<String> libraries(JarFile jar) {
        return jar.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.startsWith("BOOT-INF/lib/") && name.endsWith(".jar"))
                .map(name -> name.substring(name.lastIndexOf('/') + 1))
                // What Spring Boot adds when it makes the jar.
                .filter(name -> !name.startsWith("spring-boot-jarmode-tools"));
    }
}
