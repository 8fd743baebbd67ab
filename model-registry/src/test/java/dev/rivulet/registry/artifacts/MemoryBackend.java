// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** Objects in memory, which a test may tamper with. */
public final class MemoryBackend implements BlobBackend {

    private final ConcurrentSkipListMap<String, byte[]> bytes = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, Kept> kept = new ConcurrentSkipListMap<>();
    private final Clock clock;
    private volatile Consumer<String> opening = name -> {};

    public MemoryBackend(Clock clock) {
        this.clock = clock;
    }

    /** A store of blobs as they are, in these objects. */
    public BlobStore store(Path incoming) throws IOException {
        return new BlobStore(this, incoming, null);
    }

    /** Something else happens to an object before it is read. */
    public void beforeOpening(Consumer<String> happens) {
        opening = happens;
    }

    /** The names and bytes that are there; changes show. */
    public ConcurrentSkipListMap<String, byte[]> objects() {
        return bytes;
    }

    /** One that is there. */
    public byte[] object(String name) {
        return Objects.requireNonNull(bytes.get(name), name);
    }

    @Override
    public void put(String name, Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        bytes.put(name, content);
        kept.put(name, new Kept(name, content.length, clock.instant()));
    }

    @Override
    public Optional<Kept> find(String name) {
        return Optional.ofNullable(kept.get(name));
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        opening.accept(name);
        byte[] content = bytes.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return new ByteArrayInputStream(content, Math.toIntExact(offset), content.length);
    }

    @Override
    public boolean delete(String name) {
        kept.remove(name);
        return bytes.remove(name) != null;
    }

    @Override
    public List<Kept> list(String after, int limit) {
        return kept.tailMap(after, false).values().stream().limit(limit).toList();
    }

    @Override
    public void check() {
        // It is there.
    }

    @Override
    public void tidy(Instant before) {
        // A put ends or leaves nothing.
    }
}
