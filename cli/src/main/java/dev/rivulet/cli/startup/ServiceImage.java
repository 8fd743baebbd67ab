// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.startup;

import dev.rivulet.cli.home.Folders;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A service jar unpacked for running: a small jar beside its libraries, as the ahead-of-time cache needs it, in a folder
 * named by the jar's content. A new build never changes the files below a running service.
 *
 * @param folder folder of this content
 * @param jar the jar to run
 * @param cache its cache
 */
public record ServiceImage(Path folder, Path jar, AotCache cache) {
    private static final int UNPACK_SECONDS = 120;

    /**
     * Unpacks a service's jar unless that was done before.
     *
     * @param built the executable jar that the build made
     * @param images folder of this service's images
     */
    public static ServiceImage unpack(Path built, Path images, Jvm jvm) throws IOException, InterruptedException {
        Path folder = images.resolve(Digests.jarName(built));
        Path jar = folder.resolve("app").resolve(Objects.requireNonNull(built.getFileName()));
        if (!Files.exists(jar)) {
            Files.createDirectories(images);
            Path fresh = Files.createTempDirectory(images, "unpacking");
            extract(built, fresh.resolve("app"));
            settle(fresh, folder);
        }
        return new ServiceImage(folder, jar, new AotCache(folder, jvm, jar.toString()));
    }

    /** What the JVM is to run. */
    public List<String> program() {
        return List.of("-jar", jar.toString());
    }

    /** The same up to the end of its set-up: everything is loaded, nothing is served, and it ends by itself. */
    public List<String> training() {
        List<String> training = new ArrayList<>(List.of("-Dspring.context.exit=onRefresh"));
        training.addAll(program());
        return training;
    }

    /** Deletes the images of other builds of this service; no other process may be using them. */
    public void forgetOthers() throws IOException {
        try (Stream<Path> others = Files.list(Objects.requireNonNull(folder.getParent()))) {
            for (Path other : (Iterable<Path>) others.filter(path -> !path.equals(folder))::iterator) {
                Folders.delete(other);
            }
        }
    }

    private static void extract(Path built, Path target) throws IOException, InterruptedException {
        Path told = Files.createTempFile("rivulet-unpack", ".log");
        Process process = new ProcessBuilder(
                        Jvm.program(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djarmode=tools",
                        "-jar",
                        built.toString(),
                        "extract",
                        "--destination",
                        target.toString())
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        try {
            if (!process.waitFor(UNPACK_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("Cannot unpack " + built + ":\n" + Files.readString(told));
            }
        } finally {
            Files.deleteIfExists(told);
        }
    }

    /** Puts a folder in its place; one that another process put there meanwhile is as good. */
    private static void settle(Path fresh, Path folder) throws IOException {
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            Folders.delete(fresh);
        }
    }
}
