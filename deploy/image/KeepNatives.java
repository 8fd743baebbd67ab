// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes native libraries of other systems and processors out of the jars of an image: {@code java KeepNatives.java FOLDER [ARCH]}.
 *
 * <p>The image's system is Linux with glibc; ARCH is {@code amd64} or {@code aarch64}, and this JVM's own where it is left out. A
 * jar whose name says that it is for another system goes as a whole. Whatever says nothing of a system stays, and so do the times
 * of jars and of what is left in them. It fails, and with it the build of the image, if a jar has natives for other systems and
 * none for this one, or is signed.
 */
public final class KeepNatives {

    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib|a|pdb)|.*\\.dsym/.*");
    private static final Pattern OF_A_SYSTEM = Pattern.compile(
            ".*[/_-](linux|android|osx|mac|darwin|win|win32|win64|windows|aix|freebsd|openbsd|dragonflybsd|sunos)[/_-].*");
    private static final Pattern SIGNATURE = Pattern.compile("/meta-inf/[^/]*\\.(sf|dsa|rsa|ec)");
    private static final Map<String, String> PROCESSORS =
            Map.of("amd64", "(x64|x86_64|x86-64|amd64)", "aarch64", "(aarch64|aarch_64|arm64)");

    private final Pattern wanted;

    private KeepNatives(String arch) {
        if (!PROCESSORS.containsKey(arch)) {
            throw new IllegalArgumentException(
                    "images are for the processors " + PROCESSORS.keySet() + ", and this one is " + arch);
        }
        this.wanted = Pattern.compile(".*[/_-]linux[/_-]" + PROCESSORS.get(arch) + "[/.].*");
    }

    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        KeepNatives natives = new KeepNatives(arguments.length > 1 ? arguments[1] : System.getProperty("os.arch"));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                natives.mend(jar);
            }
        }
    }

    private void mend(Path jar) throws IOException {
        String name = "/" + jar.getFileName().toString().toLowerCase(Locale.ROOT);
        if (OF_A_SYSTEM.matcher(name.replace(".jar", "/")).matches()
                && name.contains("-native-")
                && !wanted.matcher(name).matches()) {
            Files.delete(jar);
            return;
        }
        long before = Files.size(jar);
        FileTime modified = Files.getLastModifiedTime(jar);
        if (removed(jar) > 0) {
            Files.setLastModifiedTime(jar, modified);
            System.out.printf(
                    Locale.ROOT, "%s: %,d of %,d bytes%n", jar.getFileName(), Files.size(jar), before);
        }
    }

    private int removed(Path jar) throws IOException {
        try (FileSystem content = FileSystems.newFileSystem(jar, Map.of("accessMode", "readOnly"))) {
            List<String> ofSystems = natives(content);
            List<String> others = ofSystems.stream()
                    .filter(file -> !wanted.matcher(lower(file)).matches())
                    .toList();
            if (others.isEmpty()) {
                return 0;
            }
            if (others.size() == ofSystems.size()) {
                throw new IllegalStateException(jar + " has native libraries, and none for this system: " + others);
            }
            refuseSigned(jar, content);
            return delete(jar, others);
        }
    }

    private static int delete(Path jar, List<String> files) throws IOException {
        try (FileSystem content = FileSystems.newFileSystem(jar)) {
            for (String file : files) {
                Files.delete(content.getPath(file));
            }
        }
        return files.size();
    }

    private static void refuseSigned(Path jar, FileSystem content) throws IOException {
        if (walk(content).stream().anyMatch(file -> SIGNATURE.matcher(lower(file)).matches())) {
            throw new IllegalStateException(jar + " is signed, so nothing can be taken out of it");
        }
    }

    private static List<String> natives(FileSystem content) throws IOException {
        return walk(content).stream()
                .filter(file -> NATIVE.matcher(lower(file)).matches())
                .filter(file -> OF_A_SYSTEM.matcher(lower(file)).matches())
                .toList();
    }

    private static List<String> walk(FileSystem content) throws IOException {
        try (Stream<Path> files = Files.walk(content.getPath("/"))) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String lower(String file) {
        return file.toLowerCase(Locale.ROOT);
    }
}
