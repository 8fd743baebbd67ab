// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Versions with their bytes, which are files named by their digests: written beside, forced to the disk, then moved. */
@Component
public class Models {

    private final VersionStore versions;
    private final Path folder;
    private final Clock clock;
    private final PinnedModels pinned;
    private final Map<String, Layout> layouts = new ConcurrentHashMap<>();
    private final Map<String, ModelVersion> latest = new ConcurrentHashMap<>();

    Models(VersionStore versions, PublicationSettings settings, Clock clock) {
        this.versions = versions;
        this.folder = settings.folder().resolve("models");
        this.clock = clock;
        this.pinned = new PinnedModels(settings.pinnedBytes());
    }

    /** Keeps the layout of a new federation and its first version, which is published. */
    public void begin(String federation, Parameters model) {
        versions.begin(federation, model.layout());
        store(federation, 0, null, model);
        publish(federation, 0);
    }

    /**
     * Keeps the bytes of a model, forced to the disk; the same ones again change nothing.
     *
     * @return their digest
     */
    public String bytesKept(Parameters model) {
        byte[] bytes = bytes(model);
        String sha256 = DeviceKeys.sha256(bytes);
        write(sha256, bytes);
        pinned.pin(sha256, bytes);
        return sha256;
    }

    /** Keeps a version and its bytes for {@link #publish}; the same one again changes nothing. */
    public ModelVersion store(String federation, long version, @Nullable Long round, Parameters model) {
        ModelVersion stored = new ModelVersion(federation, version, bytesKept(model), round, false);
        keep(stored);
        return stored;
    }

    /** Keeps a version, whose bytes are kept, for {@link #publish}; the same one again changes nothing. */
    public void keep(ModelVersion version) {
        versions.put(version, clock.instant());
    }

    /** Lets devices have a version. */
    public void publish(String federation, long version) {
        versions.publish(federation, version, clock.instant());
    }

    /** Tensors of a federation's model. */
    public Optional<Layout> layout(String federation) {
        Layout known = layouts.get(federation);
        return known != null
                ? Optional.of(known)
                : versions.layout(federation).map(read -> {
                    layouts.put(federation, read);
                    return read;
                });
    }

    /** A version, published or not. */
    public Optional<ModelVersion> find(String federation, long version) {
        return versions.find(federation, version);
    }

    /** A published version: it never changes, so that the last one asked for is kept. */
    public Optional<ModelVersion> published(String federation, long version) {
        ModelVersion known = latest.get(federation);
        if (known != null && known.version() == version) {
            return Optional.of(known);
        }
        Optional<ModelVersion> read = versions.find(federation, version).filter(ModelVersion::published);
        read.ifPresent(found -> latest.put(federation, found));
        return read;
    }

    /** The values of a version. */
    public Parameters load(ModelVersion version, Layout layout) {
        float[] values = new float[layout.size()];
        ByteBuffer bytes = ByteBuffer.wrap(bytes(version));
        if (bytes.remaining() != 4L * values.length) {
            throw new IllegalStateException("version " + version.version() + " has not the bytes of its layout");
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new Parameters(layout, values);
    }

    /** The bytes of a version, to be read only; kept in memory for the next who asks. */
    public byte[] bytes(ModelVersion version) {
        return pinned.find(version.sha256()).orElseGet(() -> {
            try {
                byte[] read = Files.readAllBytes(file(version));
                pinned.pin(version.sha256(), read);
                return read;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Where the bytes of a version lie. */
    public Path file(ModelVersion version) {
        return folder.resolve(version.sha256());
    }

    /** Some bytes of a version. */
    public byte[] read(ModelVersion version, long from, long count) {
        try (FileChannel file = FileChannel.open(file(version))) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count));
            while (bytes.hasRemaining()) {
                if (file.read(bytes, from + bytes.position()) < 0) {
                    throw new IOException("the file of version " + version.version() + " is too short");
                }
            }
            return bytes.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Float32, little-endian. */
    public static byte[] bytes(Parameters model) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * model.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(model.values());
        return bytes.array();
    }

    private void write(String sha256, byte[] bytes) {
        Path target = folder.resolve(sha256);
        if (!Files.exists(target)) {
            WholeFile.forced(target, bytes);
        }
    }
}
