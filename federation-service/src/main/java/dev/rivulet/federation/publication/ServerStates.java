// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.aggregation.Scaffold;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.ServerStateCodec;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What the aggregation remembers from one version to the next beside the model: momenta, variates, the clip of private rounds. A file
 * and a row for each version, written before the round says that the version is made. A round begins from the last two at most; older
 * ones are deleted.
 */
@Component
public class ServerStates {

    private static final int KEPT = 2;

    private final StateStore store;
    private final Path folder;

    ServerStates(StateStore store, PublicationSettings settings) {
        this.store = store;
        this.folder = settings.folder().resolve("states");
    }

    /**
     * The state of a version.
     *
     * @param model SHA-256 of the version's model
     * @param bytes of {@link ServerStateCodec}
     * @param clip of the next private round; null where rounds are not
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record State(
            String model, byte[] bytes, @Nullable Double clip) {}

    /** Keeps the state of a version in place of one that is there. */
    public void keep(String federation, long version, State state) {
        String sha256 = DeviceKeys.sha256(state.bytes());
        WholeFile.forced(file(federation, version), state.bytes());
        store.put(federation, version, new StateStore.Row(state.model(), sha256, state.clip()));
        for (StateStore.Old old : store.before(federation, version - KEPT + 1)) {
            delete(file(federation, old.version()));
            store.delete(federation, old.version());
        }
    }

    /**
     * The state of a version; empty if there is none, as of the first.
     *
     * @throws IllegalStateException if its bytes are not those that were kept
     */
    public Optional<State> find(String federation, long version) {
        return store.find(federation, version).map(row -> {
            byte[] bytes = read(file(federation, version));
            if (!DeviceKeys.sha256(bytes).equals(row.sha256())) {
                throw new IllegalStateException(
                        "the server state of version " + version + " of " + federation + " is damaged");
            }
            return new State(row.model(), bytes, row.clip());
        });
    }

    /** SCAFFOLD's control variate of a version as float32, little-endian; zeros if there is none yet. */
    public byte[] control(String federation, long version, Layout layout) {
        byte[] bytes = find(federation, version).map(State::bytes).orElseGet(() -> new byte[0]);
        Checked<ServerState> read = ServerStateCodec.read(bytes, new Scaffold(1, 1), version, Parameters.zeros(layout));
        return switch (read) {
            case Checked.Accepted<ServerState>(ServerState.Controlled state) -> Models.bytes(state.control());
            default -> throw new IllegalStateException("the control variate of version " + version + " is damaged");
        };
    }

    private Path file(String federation, long version) {
        return folder.resolve(federation).resolve(Long.toString(version));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
