// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The folder of uploads on their way. Where there are keys, a file is sealed from its first byte on; its wrapped data key lies
 * beside it as {@code <file>.key}.
 */
final class Staging {

    private static final String KEY = ".key";
    private static final String PART = ".part";

    private final Path folder;
    private final @Nullable KeyRing keys;

    Staging(Path folder, @Nullable KeyRing keys) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.keys = keys;
        // What a crash left of uploads that can't be resumed.
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + PART + "*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    Path folder() {
        return folder;
    }

    /** A path for an upload in one request. */
    Path part(String name) {
        return folder.resolve(name + PART);
    }

    /** Opens a file to go on at its end. */
    StagedFile open(Path path, Sha256 blob) throws IOException {
        Path keyFile = keyFile(path);
        boolean sealed = Files.exists(keyFile);
        // An upload that began before there were keys goes on as it began.
        if (!sealed && (keys == null || Files.exists(path) && Files.size(path) > 0)) {
            return PlainStagedFile.open(path);
        }
        if (keys == null) {
            throw new IOException("The upload of " + blob + " is sealed, and no keys are set");
        }
        if (!sealed) {
            Files.writeString(keyFile, keys.wrap(keys.newDataKey(), blob));
        }
        SecretKey key = keys.unwrap(Files.readString(keyFile), blob);
        byte[] header = new byte[Segments.HEADER];
        keys.random().nextBytes(header);
        return SealedStagedFile.open(path, header, new Segments(key, blob), keys.random());
    }

    /** What a finished file is called in the backend, without the digest; the wrapped data key goes before it. */
    Optional<SealedName> sealedName(Path path) throws IOException {
        Path keyFile = keyFile(path);
        if (!Files.exists(keyFile)) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(path)) {
            return Optional.of(new SealedName(HexFormat.of().formatHex(in.readNBytes(Segments.HEADER)), keyFile));
        }
    }

    /**
     * A sealed file.
     *
     * @param id of its data key
     * @param keyFile the wrapped data key
     */
    record SealedName(String id, Path keyFile) {}

    /** Removes a file and what belongs to it. */
    void remove(Path path) throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(keyFile(path));
    }

    private static Path keyFile(Path path) {
        return path.resolveSibling(path.getFileName() + KEY);
    }
}
