// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.backup;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.TransferProgress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Copies and digests files, with their permissions; memory is one buffer. */
final class Copies {
    private static final int BUFFER = 1 << 16;

    private final TransferProgress progress;

    Copies(TransferProgress progress) {
        this.progress = progress;
    }

    /** Copies a file or a folder with what is in it, and says what was copied. */
    List<Manifest.Entry> tree(Path root, Path from, Path to) throws IOException {
        List<Manifest.Entry> entries = new ArrayList<>();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path target = to.resolve(name(root, folder));
                Files.createDirectories(target);
                permit(target, "rwx------");
                entries.add(new Manifest.Entry(name(root, folder), -1, "", permissions(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!attributes.isRegularFile()) {
                    throw new UsageException(
                            file + " is neither a file nor a folder; a backup can't hold it. Put what it"
                                    + " leads to in its place.");
                }
                String digest = copy(file, to.resolve(name(root, file)));
                entries.add(new Manifest.Entry(name(root, file), attributes.size(), digest, permissions(file)));
                return FileVisitResult.CONTINUE;
            }
        });
        return entries;
    }

    private static String name(Path root, Path path) {
        return root.relativize(path).toString().replace('\\', '/');
    }

    /** Copies a file for its owner alone, forces it to the disk, and gives the digest of its bytes. */
    String copy(Path from, Path to) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
            permit(to, "rw-------");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                out.write(buffer, 0, read);
                progress.advance(read);
            }
        }
        try (FileChannel written = FileChannel.open(to, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Digest of a file's bytes. */
    String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                progress.advance(read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static String permissions(Path path) throws IOException {
        return posix() ? PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) : "";
    }

    /** Sets permissions where the system has them. */
    static void permit(Path path, String permissions) throws IOException {
        if (posix() && !permissions.isEmpty()) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
