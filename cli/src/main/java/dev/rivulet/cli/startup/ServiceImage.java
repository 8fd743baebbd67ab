package dev.rivulet.cli.startup;

import dev.rivulet.cli.home.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A service jar unpacked for running: a small jar beside its libraries, as the ahead-of-time cache needs it, in a folder
 * named by the jar's content. A new build never changes the files below a running service.
 *
 * @param folder folder of this content
 * @param jar the jar to run
 * @param jvm how its JVM is called; a cache fits these options and this JDK alone
 */
public record ServiceImage(Path folder, Path jar, Jvm jvm) {
    private static final int NAME_LENGTH = 16;
    private static final int UNPACK_SECONDS = 120;

    /**
     * Unpacks a service's jar unless that was done before.
     *
     * @param built the executable jar that the build made
     * @param images folder of this service's images
     */
    public static ServiceImage unpack(Path built, Path images, Jvm jvm) throws IOException, InterruptedException {
        Path folder = images.resolve(digest(built));
        Path jar = folder.resolve("app").resolve(built.getFileName());
        if (!Files.exists(jar)) {
            Files.createDirectories(images);
            Path fresh = Files.createTempDirectory(images, "unpacking");
            extract(built, fresh.resolve("app"));
            settle(fresh, folder);
        }
        return new ServiceImage(folder, jar, jvm);
    }

    /** Deletes the images of other builds of this service; no other process may be using them. */
    public void forgetOthers() throws IOException {
        try (Stream<Path> others = Files.list(folder.getParent())) {
            for (Path other : (Iterable<Path>) others.filter(path -> !path.equals(folder))::iterator) {
                Folders.delete(other);
            }
        }
    }

    /** Whether a cache for these options and this JDK is there. */
    public boolean cached() {
        return Files.exists(cache());
    }

    /** Command that runs the service without a cache. */
    public List<String> plainCommand() {
        return command(List.of());
    }

    /** Command that runs the service with its cache; the JVM does without where the cache does not fit. */
    public List<String> cachedCommand() {
        return command(List.of("-XX:AOTCache=" + cache(), "-Xlog:aot=off", "-Xlog:aot*=off"));
    }

    /** Command that loads everything the service needs, writes the cache to {@link #freshCache()} and ends. */
    public List<String> trainingCommand() {
        return command(List.of("-XX:AOTCacheOutput=" + freshCache(), "-Dspring.context.exit=onRefresh"));
    }

    /** Where a training run writes. */
    public Path freshCache() {
        return folder.resolve(
                cache().getFileName() + "." + ProcessHandle.current().pid() + ".new");
    }

    /** Puts the cache that a training run wrote in its place. */
    public void keepFreshCache() throws IOException {
        Files.move(freshCache(), cache(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes the cache, because the service does not start with it. */
    public void forgetCache() throws IOException {
        Files.deleteIfExists(cache());
    }

    private Path cache() {
        String fits = System.getProperty("java.vm.version") + String.join(" ", jvm.words());
        return folder.resolve(name(sha256().digest(fits.getBytes(StandardCharsets.UTF_8))) + ".aot");
    }

    private List<String> command(List<String> more) {
        List<String> command = new ArrayList<>(jvm.words());
        command.addAll(more);
        command.add("-jar");
        command.add(jar.toString());
        return command;
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

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return name(digest.digest());
    }

    private static String name(byte[] digest) {
        return HexFormat.of().formatHex(digest).substring(0, NAME_LENGTH);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
