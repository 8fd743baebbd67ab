// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents.pgvector;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rivulet.gateway.documents.pgvector.PgvectorProperties.Index;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The connections to the database and its table, which is made when it is first asked for: a gateway starts without. */
final class VectorDatabase implements AutoCloseable {

    private static final String INDEX = """
            CREATE INDEX IF NOT EXISTS %1$s_hnsw_%2$d ON %1$s USING hnsw ((vector::vector(%2$d)) vector_ip_ops)
            WHERE vector_dims(vector) = %2$d""";
    private static final String VERSION = "SELECT extversion FROM pg_extension WHERE extname = 'vector'";
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
    private static final int FIRST_MINOR = 8;

    private final PgvectorProperties settings;
    private final HikariDataSource connections;
    private final JdbcTemplate reading;
    private final JdbcTemplate writing;
    private final TransactionTemplate transactions;
    private volatile boolean migrated;

    VectorDatabase(PgvectorProperties settings) {
        this.settings = settings;
        this.connections = new HikariDataSource(config(settings));
        this.reading = new JdbcTemplate(connections);
        this.writing = new JdbcTemplate(connections);
        reading.setQueryTimeout(seconds(settings.patience()));
        writing.setQueryTimeout(seconds(settings.writePatience()));
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(connections));
    }

    private static HikariConfig config(PgvectorProperties settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("vectors");
        config.setJdbcUrl(settings.url());
        if (!settings.username().isEmpty()) {
            config.setUsername(settings.username());
            config.setPassword(settings.password());
        }
        config.setMaximumPoolSize(settings.pool());
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(settings.patience().toMillis());
        config.setValidationTimeout(settings.patience().toMillis());
        config.addDataSourceProperty("ApplicationName", "rivulet-gateway");
        config.addDataSourceProperty("connectTimeout", seconds(settings.patience()));
        config.addDataSourceProperty("socketTimeout", seconds(settings.writePatience()) + 1);
        config.addDataSourceProperty("tcpKeepAlive", true);
        return config;
    }

    private static int seconds(Duration time) {
        return Math.toIntExact(Math.ceilDiv(time.toMillis(), 1_000));
    }

    JdbcTemplate reading() {
        migrate();
        return reading;
    }

    JdbcTemplate writing() {
        migrate();
        return writing;
    }

    TransactionTemplate transactions() {
        return transactions;
    }

    private void migrate() {
        if (!migrated) {
            migrateOnce();
        }
    }

    private synchronized void migrateOnce() {
        if (migrated) {
            return;
        }
        Flyway.configure(getClass().getClassLoader())
                .dataSource(connections)
                .locations("classpath:db/vectors")
                .table(settings.table() + "_history")
                .placeholders(Map.of("table", settings.table()))
                .baselineOnMigrate(true)
                .baselineVersion("0")
                // A lock of the session: it holds over transactions, of which a migration has several.
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load()
                .migrate();
        if (settings.index() == Index.HNSW) {
            requireIterativeScans();
            writing.execute(INDEX.formatted(settings.table(), settings.dimensions()));
        }
        migrated = true;
    }

    /** Without them an index over all keys finds none of a key whose passages are few among the nearest. */
    private void requireIterativeScans() {
        String version = String.valueOf(reading.queryForObject(VERSION, String.class));
        Matcher numbers = NUMBERS.matcher(version);
        boolean old = numbers.lookingAt()
                && Integer.parseInt(numbers.group(1)) == 0
                && Integer.parseInt(numbers.group(2)) < FIRST_MINOR;
        if (old) {
            throw new InvalidDataAccessResourceUsageException(
                    "rivulet.documents.pgvector.index is hnsw, which needs pgvector 0.8 or later, and this database has "
                            + version + ". Update its extension, or set exact.");
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
