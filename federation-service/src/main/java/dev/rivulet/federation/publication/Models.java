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
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Versions with their bytes, which are files named by their digests: written beside, forced to the disk, then moved. */
@Component
public class Models {

    private final VersionStore versions;
    private final Path folder;
    private final Clock clock;

    Models(VersionStore versions, PublicationSettings settings, Clock clock) {
        this.versions = versions;
        this.folder = settings.folder().resolve("models");
        this.clock = clock;
    }

    /** Keeps the layout of a new federation and its first version, which is published. */
    public void begin(String federation, Parameters model) {
        versions.begin(federation, model.layout());
        store(federation, 0, null, model);
        publish(federation, 0);
    }

    /** Keeps a version for {@link #publish}; the same one again changes nothing. */
    public ModelVersion store(String federation, long version, @Nullable Long round, Parameters model) {
        byte[] bytes = bytes(model);
        String sha256 = DeviceKeys.sha256(bytes);
        write(sha256, bytes);
        ModelVersion stored = new ModelVersion(federation, version, sha256, round, false);
        versions.put(stored, clock.instant());
        return stored;
    }

    /** Lets devices have a version. */
    public void publish(String federation, long version) {
        versions.publish(federation, version, clock.instant());
    }

    /** Tensors of a federation's model. */
    public Optional<Layout> layout(String federation) {
        return versions.layout(federation);
    }

    /** A version, published or not. */
    public Optional<ModelVersion> find(String federation, long version) {
        return versions.find(federation, version);
    }

    /** A published version. */
    public Optional<ModelVersion> published(String federation, long version) {
        return versions.find(federation, version).filter(ModelVersion::published);
    }

    /** The values of a version. */
    public Parameters load(ModelVersion version, Layout layout) {
        float[] values = new float[layout.size()];
        ByteBuffer bytes = ByteBuffer.wrap(read(version, 0, 4L * values.length));
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new Parameters(layout, values);
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
        Path beside = folder.resolve(sha256 + "." + UUID.randomUUID());
        try {
            Files.createDirectories(folder);
            if (Files.exists(target)) {
                return;
            }
            try (FileChannel file = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    file.write(left);
                }
                file.force(true);
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
