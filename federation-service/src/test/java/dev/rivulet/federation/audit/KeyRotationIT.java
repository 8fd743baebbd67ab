// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.audit.AuditEvent.OptOutRecorded;
import dev.rivulet.audit.AuditKey;
import dev.rivulet.audit.AuditVerifier;
import dev.rivulet.audit.Verification;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.FederationStore;
import dev.rivulet.federation.rounds.RoundPolicy;
import dev.rivulet.federation.rounds.Stopping;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** A signing key is replaced while the service is down: logs go on under the new one, and are whole to who trusts the first. */
class KeyRotationIT {

    private static final Federation FEDERATION = new Federation(
            "rotated",
            new FederationSettings(
                    new RoundPolicy(2, 2, 1, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(20)),
                    Aggregation.FED_AVG,
                    new FederationSettings.Training(1, 10, 0.1f, 0),
                    new FederationSettings.Limits(1000, 1000, 1000),
                    new FederationSettings.Energy(20, false),
                    new Stopping(1, 0, 0, 1)),
            true);

    /** One federation, which stays as it is. */
    private static final class One implements FederationStore {
        @Override
        public boolean add(Federation federation) {
            return false;
        }

        @Override
        public void running(String name, boolean running) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public void settings(String name, FederationSettings settings) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public List<Change> changes(String name, int most) {
            return List.of();
        }

        @Override
        public Optional<Federation> find(String name) {
            return name.equals(FEDERATION.name()) ? Optional.of(FEDERATION) : Optional.empty();
        }

        @Override
        public List<Federation> all() {
            return List.of(FEDERATION);
        }
    }

    private static AuditLogs started(DataSource database, Path keys) {
        return new AuditLogs(
                JdbcClient.create(database),
                database,
                new TransactionTemplate(new DataSourceTransactionManager(database)),
                new One(),
                new SettingsDigest(JsonMapper.shared()),
                new AuditSettings(keys),
                Clock.systemUTC(),
                new Random(7));
    }

    private static Verification verified(AuditLogs logs, String key) throws IOException {
        String log = String.join("\n", logs.lines(FEDERATION.name(), 0, 100)) + "\n";
        return new AuditVerifier(AuditVerifier.MOST_ENTRIES)
                .verify(
                        new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)),
                        AuditKey.ofPem(key),
                        logs.checkpoint(FEDERATION.name()).orElseThrow());
    }

    @Test
    void aLogGoesOnUnderANewKeyThatTheOneBeforeVouchesFor(@TempDir Path folder) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            DataSource database = postgres.getPostgresDatabase();
            Flyway.configure().dataSource(database).load().migrate();
            AuditLogs first = started(database, folder);
            String trusted = first.publicKey();
            first.created(FEDERATION);
            String device = first.pseudonym(FEDERATION.name(), "one");
            first.write(FEDERATION.name(), new OptOutRecorded(device));

            for (String retired : List.of("signing-2026.pem", "signing-2027.pem")) {
                Files.move(folder.resolve("signing.pem"), folder.resolve(retired));
                AuditLogs next = started(database, folder);
                assertThat(next.publicKey()).isNotEqualTo(trusted);
                assertThat(next.pseudonym(FEDERATION.name(), "one")).isEqualTo(device);
                next.write(FEDERATION.name(), new OptOutRecorded(device));
                assertThat(verified(next, trusted)).isInstanceOf(Verification.Intact.class);
            }
            AuditLogs again = started(database, folder);
            again.write(FEDERATION.name(), new OptOutRecorded(device));
            assertThat(verified(again, trusted)).isInstanceOf(Verification.Intact.class);
            assertThat(again.lines(FEDERATION.name(), 0, 100))
                    .hasSize(7)
                    .filteredOn(line -> line.contains("key-rotated"))
                    .hasSize(2);
        }
    }
}
