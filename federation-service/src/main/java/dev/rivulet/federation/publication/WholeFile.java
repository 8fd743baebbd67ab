// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/** Files that are there whole or not at all: written beside, and moved to their name in one step. */
public final class WholeFile {

    private WholeFile() {}

    /**
     * Writes a file whose bytes are forced to the disk before it has its name, and its name before this returns; one of that name is
     * replaced.
     */
    public static void forced(Path target, byte[] bytes) {
        write(target, bytes, true);
    }

    /** Writes a file that outlives this process, not the machine; one of that name is replaced. */
    public static void unforced(Path target, byte[] bytes) {
        write(target, bytes, false);
    }

    /** A folder is a file of names; where the system opens no folders it keeps names itself. */
    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        } catch (AccessDeniedException e) {
            // Windows.
        }
    }

    private static void write(Path target, byte[] bytes, boolean force) {
        Path folder = Objects.requireNonNull(target.getParent(), "a file is in a folder");
        Path beside = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID());
        try {
            Files.createDirectories(folder);
            try (FileChannel file = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    file.write(left);
                }
                if (force) {
                    file.force(true);
                }
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
            if (force) {
                forceFolder(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
