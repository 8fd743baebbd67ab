// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.kafka.KafkaProbe;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker and a real database, started and stopped by the real command in a process of its own. */
class UpIT {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    RunningUp up;

    @BeforeEach
    void start() throws Exception {
        up = RunningUp.start(folder.resolve("home"), "--only", "kafka,postgres");
        up.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        up.kill();
        await().atMost(LONG).untilAsserted(() -> assertThat(up.survivors()).isEmpty());
    }

    private Connection connect() throws Exception {
        URI url = URI.create(up.url(Part.POSTGRES));
        String password = Files.readString(up.home().path().resolve("database-password"));
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + url.getPort() + "/registry", "rivulet", password);
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", up.url(Part.KAFKA).replace("kafka://", "")));
    }

    private static String setting(Connection connection, String name) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void theDatabaseIsDurableAndAsksForAPassword() throws Exception {
        try (Connection connection = connect()) {
            assertThat(setting(connection, "fsync")).isEqualTo("on");
            assertThat(setting(connection, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(connection, "listen_addresses")).isEqualTo("127.0.0.1");
        }
        String server = up.url(Part.POSTGRES).replace("postgresql://", "jdbc:postgresql://") + "/registry";
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() ->
                        DriverManager.getConnection(server, "rivulet", "guess").close()))
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void ctrlCStopsEverythingAndTheDataIsThereAfterwards() throws Exception {
        try (Connection connection = connect();
                Admin admin = admin()) {
            connection.createStatement().execute("CREATE TABLE kept AS SELECT 42 AS answer");
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }

        up.signal("INT");
        assertThat(up.awaitEnd()).isNotZero();
        assertThat(up.survivors()).isEmpty();
        assertThat(up.output()).contains("everything is stopped");
        assertThat(PartRecord.read(up.home(), "kafka")).isEmpty();

        up = RunningUp.start(up.home().path(), "--only", "kafka,postgres");
        up.awaitReady();
        try (Connection connection = connect();
                Admin admin = admin();
                ResultSet row = connection.createStatement().executeQuery("SELECT answer FROM kept")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(42);
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).contains("kept");
        }
    }

    @Test
    void killedWithoutWarningItLeavesNoProcess() throws Exception {
        up.kill();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(up.survivors()).isEmpty());
    }

    @Test
    void whatDiesIsStartedAgain() throws Exception {
        for (Part part : List.of(Part.KAFKA, Part.POSTGRES)) {
            long before = up.record(part).pid();
            ProcessHandle.of(before).orElseThrow().destroyForcibly();

            await().atMost(LONG).untilAsserted(() -> {
                assertThat(up.record(part).pid()).isNotEqualTo(before);
                assertThat(up.record(part).restarts()).isPositive();
            });
        }
        URI broker = URI.create(up.url(Part.KAFKA));
        await().atMost(LONG).until(() -> KafkaProbe.ready(broker.getHost(), broker.getPort()));
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> connect().close());
        assertThat(up.output()).contains("ended by signal 9");
    }

    @Test
    void aSecondUpOnTheSameHomeIsRefusedAndDownStopsTheFirst() throws Exception {
        RunningUp second = RunningUp.start(up.home().path(), "--only", "kafka");
        assertThat(second.awaitEnd()).isEqualTo(1);
        assertThat(second.output()).contains("already up", "./rivulet status", "./rivulet down");
        await().atMost(LONG)
                .until(() -> RunningUp.command(up.home().path(), "status").awaitEnd() == 0);

        RunningUp down = RunningUp.command(up.home().path(), "down");
        assertThat(down.awaitEnd()).isZero();

        assertThat(down.output()).contains("everything is stopped");
        assertThat(up.awaitEnd()).isNotZero();
        assertThat(up.survivors()).isEmpty();
    }
}
