// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Java runtime of the images has each module of the JDK that a class in them names. */
@Tag("long")
class RuntimeModulesIT {

    private static final List<String> SERVICES = List.of(
            "config-server", "model-registry", "inference-service", "gateway-service", "federation-service", "console");
    /** Packages of the JDK, with slashes, and their modules. */
    private static final Map<String, String> MODULES = ModuleLayer.boot().modules().stream()
            .filter(module -> module.getName().matches("(java|jdk)\\..*"))
            .flatMap(module -> module.getPackages().stream().map(name -> Map.entry(name, module.getName())))
            .collect(toMap(entry -> entry.getKey().replace('.', '/'), Map.Entry::getValue));

    private final Map<String, Set<String>> wanted = new TreeMap<>();

    @Test
    void everyModuleThatAServiceOrALibraryNamesIsInTheImages() throws IOException {
        for (String service : SERVICES) {
            try (InputStream jar =
                    Files.newInputStream(Platform.repository().resolve(service + "/target/" + service + ".jar"))) {
                read(service, jar);
            }
        }
        try (Stream<Path> libraries = Files.list(Platform.repository().resolve("cli/target/lib"))) {
            for (Path library : libraries.toList()) {
                try (InputStream jar = Files.newInputStream(library)) {
                    read(library.getFileName().toString(), jar);
                }
            }
        }
        Set<String> there =
                Set.copyOf(Files.readAllLines(Platform.repository().resolve("deploy/image/modules")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .toList());

        assertThat(wanted).containsKeys("java.base", "java.sql", "java.desktop");
        wanted.keySet().removeAll(there);
        assertThat(wanted)
                .as("modules that deploy/image/modules lacks, and who names them")
                .isEmpty();
    }

    private void read(String name, InputStream jar) throws IOException {
        JarInputStream entries = new JarInputStream(jar);
        for (JarEntry entry = entries.getNextJarEntry(); entry != null; entry = entries.getNextJarEntry()) {
            String path = entry.getName();
            if (path.endsWith(".jar")) {
                read(path, entries);
            } else if (path.endsWith(".class")
                    && !path.endsWith("module-info.class")
                    && !path.startsWith("META-INF/versions/")) {
                modulesOf(name, entries.readAllBytes());
            }
        }
    }

    private void modulesOf(String name, byte[] type) {
        for (PoolEntry entry : ClassFile.of().parse(type).constantPool()) {
            if (entry instanceof ClassEntry used) {
                String internal = used.asInternalName().replaceFirst("^\\[+L?", "");
                String module = MODULES.get(internal.substring(0, Math.max(0, internal.lastIndexOf('/'))));
                if (module != null) {
                    wanted.computeIfAbsent(module, key -> new TreeSet<>()).add(name);
                }
            }
        }
    }
}
