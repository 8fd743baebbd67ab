// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Takes the place of the program that examines models, which this module must not depend on. It refuses what holds "bad". */
public final class StandInImporter {

    private StandInImporter() {}

    public static void main(String[] arguments) throws IOException {
        Path model = Path.of(arguments[0]);
        Path config = Files.isDirectory(model) ? model.resolve("config.json") : model;
        if (Files.size(config) < 1000 && Files.readString(config).contains("bad")) {
            System.err.println("rivulet: config.json: architectures names Bad, which is not supported");
            System.exit(1);
        }
        String form = "";
        int forms = Arrays.asList(arguments).indexOf("--forms");
        if (forms >= 0) {
            Path folder = Files.createDirectories(Path.of(arguments[forms + 1]));
            form = Files.writeString(folder.resolve("a.int4.b.safetensors"), "form")
                    .toString();
        }
        System.out.println("{\"facts\":{\"quality.agreement\":\"0.97\"},\"form\":\"" + form + "\"}");
        System.exit(0);
    }

    /** The program as a jar. */
    static Path jar(Path folder) throws IOException {
        Path jar = folder.resolve("importer.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StandInImporter.class.getName());
        String entry = StandInImporter.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var bytes = StandInImporter.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            bytes.transferTo(out);
        }
        return jar;
    }
}
