// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The files of the repository, without build folders and version control. */
final class Sources {

    private static final Set<String> SKIPPED =
            Set.of("target", ".git", ".rivulet", "node_modules", ".venv", "__pycache__", ".idea", ".vscode");

    private Sources() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("architecture-tests"))) {
            folder = folder.getParent();
        }
        return Objects.requireNonNull(folder, "run inside the repository");
    }

    static List<Path> all() {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(root(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return SKIPPED.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!SKIPPED.contains(file.getFileName().toString())) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    static List<Path> java() {
        return all().stream().filter(file -> file.toString().endsWith(".java")).toList();
    }

    static boolean isTest(Path file) {
        String path = file.toString();
        return path.contains("/src/test/") || path.contains("/test-support/") || path.contains("/platform-tests/");
    }

    static String name(Path file) {
        return root().relativize(file).toString();
    }

    /** The text of a file of at most a mebibyte, or nothing if it is not UTF-8 text. */
    static Optional<String> text(Path file) {
        try {
            return Files.size(file) > 1 << 20 ? Optional.empty() : Optional.of(Files.readString(file));
        } catch (MalformedInputException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
