package dev.rivulet.federation.updates;

import dev.rivulet.federation.publication.PublicationSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
        Path target = path(place, ".json");
        Path beside = target.resolveSibling(place.device() + "." + UUID.randomUUID());
        try {
            Files.createDirectories(target.getParent());
            Files.deleteIfExists(path(place, ".bytes"));
            Files.write(beside, json.writeValueAsBytes(announcement));
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        Path target = kept(place, sha256);
        Path beside = target.resolveSibling(place.device() + "." + UUID.randomUUID());
        try {
            Files.createDirectories(target.getParent());
            Files.write(beside, bytes);
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Forces all bytes to the disk and keeps them under their digest. Whether the round counts them is not known yet, and may turn out
     * only after the device has announced others: those don't replace these.
     */
    void settle(Place place, String sha256) {
        Path source = path(place, ".bytes");
        Path kept = kept(place, sha256);
        try (FileChannel file = FileChannel.open(source, StandardOpenOption.WRITE)) {
            file.force(false);
            if (!Files.exists(kept)) {
                link(kept, source);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A second name of the same bytes; a second copy where the disk knows no such thing. */
    private static void link(Path kept, Path source) throws IOException {
        try {
            Files.createLink(kept, source);
        } catch (UnsupportedOperationException e) {
            Path beside = kept.resolveSibling(kept.getFileName() + "." + UUID.randomUUID());
            Files.copy(source, beside);
            Files.move(beside, kept, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Bytes that were settled; none if there are none of that digest. */
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
