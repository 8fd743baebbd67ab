// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.awaitility.Awaitility.await;

import dev.rivulet.testsupport.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The way of a fact with each of its parts in a process of its own: the registry, its database, brokers and, once it is asked for,
 * a reader with a database of its own on the same server.
 */
final class Chain implements AutoCloseable {

    /** What may be killed. */
    enum Part {
        /** The registry: it writes the fact and relays it. */
        WRITER,
        BROKER,
        READER,
        DATABASE
    }

    /** The database of the registry, and the reader's. */
    static final String WRITTEN = "postgres";

    static final String READ = "reader";
    /** For all that waits in the outbox. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int READER_MEGABYTES = 64;

    private final KillableDatabase database;
    private final BrokerCluster brokers;
    private final RegistryProcess registry;
    private final JavaProcess reader;
    private boolean reads;

    /** Starts all but the reader. */
    Chain(Path folder, int nodes) throws IOException {
        database = new KillableDatabase(folder.resolve("postgres"));
        brokers = new BrokerCluster(folder, nodes);
        brokers.start();
        registry = new RegistryProcess(
                Map.of(
                        "RIVULET_DATABASE_URL", database.url(WRITTEN),
                        "RIVULET_KAFKA", brokers.address(),
                        "RIVULET_ARTIFACTS", folder.resolve("artifacts").toString(),
                        "SPRING_CLOUD_CONFIG_ENABLED", "false",
                        "RIVULET_OUTBOX_LEASE", "2s",
                        "RIVULET_OUTBOX_RETRY_MAX", "500ms",
                        "RIVULET_ROLLOUTS_INTERVAL", "1s"),
                folder.resolve("registry.log"));
        startRegistry();
        reader = new JavaProcess(InboxReader.class, folder.resolve("reader.log"), Map.of());
    }

    KillableDatabase database() {
        return database;
    }

    BrokerCluster brokers() {
        return brokers;
    }

    RegistryProcess registry() {
        return registry;
    }

    /** With far less memory than a blob has. */
    void startRegistry() {
        registry.start("-Xmx96m", "-XX:MaxDirectMemorySize=32m");
    }

    /** Begins to read, if nobody reads yet. */
    void read() {
        if (!reads) {
            database.run(WRITTEN, "create database " + READ);
            database.run(READ, InboxReader.TABLES);
            Gate.install(database);
            start(Part.READER);
            reads = true;
        }
    }

    void kill(Part part) {
        switch (part) {
            case WRITER -> registry.kill();
            case BROKER -> brokers.kill();
            case READER -> reader.kill();
            case DATABASE -> database.kill();
        }
    }

    void start(Part part) {
        switch (part) {
            case WRITER -> startRegistry();
            case BROKER -> brokers.start();
            case READER -> reader.startQuiet(READER_MEGABYTES, List.of(brokers.address(), database.url(READ)));
            case DATABASE -> database.start();
        }
    }

    /** A model with two versions, whose revision is 3. */
    void model(String model) {
        Client client = registry.client();
        client.create(model);
        client.register(model, "1");
        client.register(model, "2");
    }

    long revision(String model) {
        return registry.client()
                .get("/api/models/" + model)
                .body()
                .path("revision")
                .asLong();
    }

    /** The changes of a model that the reader applied, in its order, once everything was sent and it has applied the last. */
    List<Long> applied(String model) throws SQLException {
        long last = revision(model);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> numbers(WRITTEN, "select 1 from outbox where aggregate = ? and sent_at is null", model)
                                .isEmpty()
                        && effects(model).contains(last));
        return effects(model);
    }

    private List<Long> effects(String model) throws SQLException {
        return numbers(READ, "select revision from effect where model = ? order by seq", model);
    }

    /** A column of numbers. */
    List<Long> numbers(String name, String query, Object... values) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Connection connection = database.connect(name);
                PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    numbers.add(rows.getLong(1));
                }
            }
        }
        return numbers;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        registry.close();
        brokers.close();
        database.close();
    }
}
