// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL programs that come in a jar. */
final class PostgresBinaries {
    private static final long MOST_BYTES = 500L << 20;

    private PostgresBinaries() {}

    /**
     * Unpacks the programs below a folder unless they are there.
     *
     * @return the folder that holds {@code bin}, {@code lib} and {@code share}
     */
    static Path unpack(Path folder) throws IOException {
        String archive = archive();
        Path target = folder.resolve(archive.replace(".txz", ""));
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(folder);
        Path fresh = Files.createTempDirectory(folder, "unpacking");
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
            if (packed == null) {
                throw new IOException("No PostgreSQL programs for this machine (" + archive + ") are on the class path."
                        + " Build Rivulet on the machine that runs it.");
            }
            untar(new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed))), fresh);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
    }

    private static String archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = switch (System.getProperty("os.arch")) {
            case "aarch64", "arm64" -> "arm_64";
            default -> "x86_64";
        };
        return "postgres-" + system + "-" + machine + ".txz";
    }

    private static void untar(TarArchiveInputStream tar, Path target) throws IOException {
        long bytes = 0;
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = target.resolve(entry.getName()).normalize();
            bytes += entry.getSize();
            if (!path.startsWith(target) || bytes > MOST_BYTES) {
                throw new IOException("The archive of PostgreSQL is not what it should be: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(path);
            } else if (entry.isSymbolicLink()) {
                Files.createDirectories(path.getParent());
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else {
                Files.createDirectories(path.getParent());
                Files.copy(tar, path);
                permit(path, (entry.getMode() & 0100) != 0);
            }
        }
    }

    private static void permit(Path path, boolean executable) throws IOException {
        if (executable) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(path));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
            Files.setPosixFilePermissions(path, permissions);
        }
    }
}
