// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import dev.rivulet.federation.publication.PublicationSettings;
import dev.rivulet.federation.publication.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;

/** The bytes of updates and what was said of them, a folder for each round; how much has come is the length of the file. */
@Component
class UpdateFiles {

    private final Path folder;
    private final JsonMapper json;

    UpdateFiles(PublicationSettings settings, JsonMapper json) {
        this.folder = settings.folder().resolve("updates");
        this.json = json;
    }

    /** Names the bytes of one update; its parts come from checked names and ids. */
    record Place(String federation, long round, UUID device) {}

    Optional<Announcement> announced(Place place) {
        try {
            return Optional.of(json.readValue(Files.readAllBytes(path(place, ".json")), Announcement.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what a device says, and forgets the bytes of what it said before. */
    void announce(Place place, Announcement announcement) {
        try {
            Files.deleteIfExists(path(place, ".bytes"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        WholeFile.unforced(path(place, ".json"), json.writeValueAsBytes(announcement));
    }

    long length(Place place) {
        try {
            return Files.size(path(place, ".bytes"));
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void append(Place place, long offset, byte[] part) {
        try (FileChannel file =
                FileChannel.open(path(place, ".bytes"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(part);
            while (left.hasRemaining()) {
                file.write(left, offset + left.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Keeps an update that came whole, in a file of its own: what another instance still writes, or what the device announces anew, does
     * not touch it.
     */
    void keep(Place place, String sha256, byte[] bytes) {
        WholeFile.unforced(kept(place, sha256), bytes);
    }

    /**
     * Keeps an update that came in parts and is whole, forced to the disk, beside its parts: whether the round counts it is not known yet,
     * and may turn out only after the device has announced another, which doesn't replace it.
     */
    void settle(Place place, String sha256, byte[] bytes) {
        WholeFile.forced(kept(place, sha256), bytes);
    }

    /** Bytes that were kept or settled; none if there are none of that digest. */
    byte[] settled(Place place, String sha256) {
        return bytes(kept(place, sha256));
    }

    /** All bytes; none if nothing has come. */
    byte[] read(Place place) {
        return bytes(path(place, ".bytes"));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void forget(String federation, long round) {
        try {
            FileSystemUtils.deleteRecursively(round(federation, round));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path kept(Place place, String sha256) {
        return path(place, "." + sha256 + ".bytes");
    }

    private Path path(Place place, String end) {
        return round(place.federation(), place.round()).resolve(place.device() + end);
    }

    private Path round(String federation, long round) {
        return folder.resolve(federation).resolve(Long.toString(round));
    }
}
