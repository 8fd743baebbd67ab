// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.testsupport.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members of one group come and go, and stand still for longer than their session, while events go on: each has one effect. The brokers
 * assign partitions here; in {@link ClassicGroupReadersIT} the members do.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupReadersIT {

    private static final int MOST = 6;
    private static final int STORMS = Integer.getInteger("rivulet.test.storms", 6);
    private static final Duration BETWEEN = Duration.ofSeconds(10);
    private static final Duration STILL = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** Events on their way where all partitions are read; a second's worth of one partition of eight is more. */
    private static final int FEW = 10;

    private static final Duration SHORTEST = Duration.ofSeconds(2);

    private final List<JavaProcess> readers = new ArrayList<>();
    private KillableDatabase database;
    private Broker broker;
    private CompletionTraffic traffic;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        database = new KillableDatabase(folder.resolve("postgres"));
        database.run("postgres", migration(), GroupReader.TABLE);
        broker = broker(folder.resolve("kafka"));
        broker.start();
        PoisonedTopic.create(broker.address(), PoisonedTopic.TOPIC, PoisonedTopic.TOPIC.replays());
        traffic = new CompletionTraffic(broker.address());
        for (int i = 0; i < MOST; i++) {
            readers.add(new JavaProcess(GroupReader.class, folder.resolve("reader-" + i + ".log"), Map.of()));
        }
    }

    /** Not started. */
    Broker broker(Path folder) {
        return new Broker(folder);
    }

    @BeforeEach
    void begin() {
        database.run("postgres", "update effect set pid = 0");
        traffic.resume();
    }

    @AfterEach
    void end() {
        readers.forEach(JavaProcess::kill);
    }

    @AfterAll
    void stop() throws Exception {
        readers.forEach(JavaProcess::close);
        traffic.close();
        broker.stop();
        database.close();
    }

    @Test
    void whileSixReadersComeAndGoEveryTenSecondsEachEventHasOneEffect() throws Exception {
        starts(0);
        for (int storm = 0; storm < STORMS; storm++) {
            for (int other = 1; other < MOST; other++) {
                starts(other);
            }
            goesOnFor(BETWEEN);
            for (int other = 1; other < MOST; other++) {
                readers.get(other).kill();
            }
            goesOnFor(BETWEEN);
        }
        assertThat(pids()).as("others than the one that stayed took part").hasSizeGreaterThan(2);
        eachHasOneEffect();
    }

    @Test
    void aReaderThatStandsStillForLongerThanItsSessionDoesNothingTwiceWhenItGoesOn() throws Exception {
        starts(0);
        starts(1);
        await("both read").atMost(PATIENCE).until(() -> pids().size() >= 2);
        long before = effects();
        readers.get(0).freeze(true);
        goesOnFor(STILL);
        assertThat(effects()).as("the other one has taken over").isGreaterThan(before);
        readers.get(0).freeze(false);
        goesOnFor(BETWEEN);
        eachHasOneEffect();
    }

    @Test
    void whoIsKilledIsMissedWithinSecondsAndWhoHasANameGoesOnAtOnceWhenHeIsBack() throws Exception {
        Duration unnamed = untilReadAgain("", "");
        Duration named = untilReadAgain("one", "two");
        System.out.printf(
                "%s: all is read again after one of two is killed and started: %d ms, with names %d ms%n",
                getClass().getSimpleName(), unnamed.toMillis(), named.toMillis());
        assertThat(unnamed).isLessThan(PATIENCE);
        assertThat(named).isLessThan(PATIENCE);
        eachHasOneEffect();
    }

    /** From the kill of one of two readers, which starts again at once, until nothing that was sent by the kill and later is left. */
    private Duration untilReadAgain(String one, String two) throws SQLException {
        readers.forEach(JavaProcess::kill);
        database.run("postgres", "update effect set pid = 0");
        starts(0, one);
        starts(1, two);
        await("both read").atMost(PATIENCE).until(() -> pids().size() >= 2);
        goesOnFor(BETWEEN);
        readers.get(1).kill();
        long killed = System.nanoTime();
        starts(1, two);
        await("what came since is read")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> traffic.sent() - distinct() < FEW && System.nanoTime() - killed > SHORTEST.toNanos());
        return Duration.ofNanos(System.nanoTime() - killed);
    }

    private void starts(int reader) {
        starts(reader, "");
    }

    private void starts(int reader, String name) {
        List<String> arguments = List.of(broker.address(), database.url("postgres"), name);
        readers.get(reader).startQuiet(64, arguments);
    }

    /** Events are sent meanwhile. */
    private void goesOnFor(Duration time) {
        long since = System.nanoTime();
        long before = traffic.sent();
        await().atMost(time.plus(PATIENCE)).until(() -> System.nanoTime() - since >= time.toNanos());
        assertThat(traffic.sent()).isGreaterThan(before);
    }

    private void eachHasOneEffect() throws SQLException {
        long sent = traffic.pause();
        await("all are read")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> distinct() == sent);
        assertThat(effects()).isEqualTo(sent);
        System.out.printf("GroupReadersIT: %d events, each with one effect, by %d processes%n", sent, pids().size());
    }

    private long effects() throws SQLException {
        return numbers("select count(*) from effect").iterator().next();
    }

    private long distinct() throws SQLException {
        return numbers("select count(distinct request) from effect").iterator().next();
    }

    private Set<Long> pids() throws SQLException {
        return numbers("select distinct pid from effect where pid > 0");
    }

    private Set<Long> numbers(String query) throws SQLException {
        Set<Long> numbers = new HashSet<>();
        try (Connection connection = database.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    private static String migration() throws IOException {
        try (InputStream sql =
                Objects.requireNonNull(GroupReadersIT.class.getResourceAsStream("/db/migration/V40__reading.sql"))) {
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
