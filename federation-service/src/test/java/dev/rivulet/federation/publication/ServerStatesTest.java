// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rivulet.federated.aggregation.Scaffold;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.ServerStateCodec;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class ServerStatesTest {

    private static final Layout LAYOUT = Layout.flat("w", 2);

    @TempDir
    private Path folder;

    private ServerStates states;

    /** One federation's rows. */
    private static final class Rows implements StateStore {

        private final TreeMap<Long, Row> rows = new TreeMap<>();

        @Override
        public void put(String federation, long version, Row row) {
            rows.put(version, row);
        }

        @Override
        public Optional<Row> find(String federation, long version) {
            return Optional.ofNullable(rows.get(version));
        }

        @Override
        public List<Old> before(String federation, long version) {
            return rows.headMap(version).keySet().stream().map(Old::new).toList();
        }

        @Override
        public void delete(String federation, long version) {
            rows.remove(version);
        }
    }

    @BeforeEach
    void begin() {
        states = new ServerStates(new Rows(), new PublicationSettings(folder, DataSize.ofBytes(0)));
    }

    private void keep(long version, byte... bytes) {
        states.keep("f", version, new ServerStates.State("model-" + version, bytes, 0.5 * version));
    }

    @Test
    void theLastTwoAreKeptAndTheSameVersionAgainIsReplaced() {
        keep(1, (byte) 1);
        keep(2, (byte) 2);
        keep(2, (byte) 3);
        assertThat(states.find("f", 2).orElseThrow().bytes()).containsExactly(3);
        assertThat(states.find("f", 1).orElseThrow().clip()).isEqualTo(0.5);
        keep(3, (byte) 4);
        assertThat(states.find("f", 1)).isEmpty();
        assertThat(states.find("f", 2).orElseThrow().model()).isEqualTo("model-2");
        assertThat(folder.resolve("states").resolve("f"))
                .isDirectoryNotContaining(file -> file.endsWith("1"))
                .isDirectoryContaining(file -> file.endsWith("3"));
    }

    @Test
    void bytesThatAreNotThoseThatWereKeptAreNotUsed() throws Exception {
        keep(1, (byte) 1);
        Files.write(folder.resolve("states").resolve("f").resolve("1"), new byte[] {2});
        assertThatIllegalStateException().isThrownBy(() -> states.find("f", 1)).withMessageContaining("damaged");
    }

    @Test
    void theControlVariateGoesWithItsVersionAndIsZeroBeforeTheFirst() {
        assertThat(states.control("f", 0, LAYOUT)).isEqualTo(new byte[8]);
        Parameters one = new Parameters(LAYOUT, new float[] {1, 2});
        Scaffold scaffold = new Scaffold(1, 1);
        ServerState next = scaffold.aggregate(
                scaffold.begin(one), List.of(Update.delta("a", one, 1, 0).withControl(one)));
        keep(1, ServerStateCodec.write(next));
        assertThat(states.control("f", 1, LAYOUT)).isEqualTo(Models.bytes(one));
    }
}
