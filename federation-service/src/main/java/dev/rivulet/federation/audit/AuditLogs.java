// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit;

import dev.rivulet.audit.AuditEntry;
import dev.rivulet.audit.AuditEvent;
import dev.rivulet.audit.AuditEvent.FederationCreated;
import dev.rivulet.audit.AuditEvent.KeyRotated;
import dev.rivulet.audit.AuditKey;
import dev.rivulet.audit.AuditLog;
import dev.rivulet.audit.AuditStore;
import dev.rivulet.audit.AuditStore.Appended.Kept;
import dev.rivulet.audit.Checkpoint;
import dev.rivulet.audit.JdbcAuditStore;
import dev.rivulet.audit.Pseudonyms;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The logs of all federations. What is written inside a transaction is in the log exactly if that is committed; writers of one log wait
 * for each other. A federation that is older than its log is written down as created when the first thing happens in it.
 */
@Component
public class AuditLogs {

    private final JdbcClient jdbc;
    private final DataSource database;
    private final TransactionTemplate transactions;
    private final FederationStore federations;
    private final SettingsDigest digest;
    private final Clock clock;
    private final KeyPair key;
    private final Pseudonyms pseudonyms;

    AuditLogs(
            JdbcClient jdbc,
            DataSource database,
            TransactionTemplate transactions,
            FederationStore federations,
            SettingsDigest digest,
            AuditSettings settings,
            Clock clock,
            RandomGenerator random) {
        this.jdbc = jdbc;
        this.database = new TransactionAwareDataSourceProxy(database);
        this.transactions = transactions;
        this.federations = federations;
        this.digest = digest;
        this.clock = clock;
        KeyFiles files = new KeyFiles(settings.keys(), random);
        this.key = files.signing();
        this.pseudonyms = new Pseudonyms(files.secret());
        rotate(files.retired());
    }

    /** Logs whose key was replaced go on under the new one: the key before vouches for it, with its last entry. */
    private void rotate(List<KeyPair> retired) {
        if (retired.isEmpty()) {
            return;
        }
        for (Federation federation : federations.all()) {
            transactions.executeWithoutResult(_ -> {
                lock(federation.name());
                inForce(federation.name())
                        .flatMap(last -> retired.stream()
                                .filter(pair -> AuditKey.of(pair.getPublic()).equals(last))
                                .findFirst())
                        .filter(pair -> !pair.getPublic().equals(key.getPublic()))
                        .ifPresent(pair -> append(
                                federation.name(), pair.getPrivate(), new KeyRotated(AuditKey.of(key.getPublic()))));
            });
        }
    }

    /** The key that signs the entries of a log; empty if there are none. */
    private Optional<AuditKey> inForce(String federation) {
        return jdbc
                .sql(
                        "select line from audit_line where log = ? and (sequence = 0 or line like '%\"kind\":\"key-rotated\"%')"
                                + " order by sequence desc")
                .param(federation)
                .query(String.class)
                .list()
                .stream()
                .map(line -> AuditEntry.parse(Objects.requireNonNull(line)).event())
                .flatMap(event -> switch (event) {
                    case KeyRotated(AuditKey next) -> Stream.of(next);
                    case FederationCreated created -> Stream.of(created.key());
                    default -> Stream.empty();
                })
                .findFirst();
    }

    /** How a device is named in the log of its federation, and in no other. */
    String pseudonym(String federation, String device) {
        return pseudonyms.of(federation + "/" + device);
    }

    /** Writes down that a federation was made. */
    void created(Federation federation) {
        transactions.executeWithoutResult(_ -> {
            lock(federation.name());
            append(federation.name(), creation(federation));
        });
    }

    /** Writes down what happened in a federation that there is. */
    void write(String federation, AuditEvent event) {
        transactions.executeWithoutResult(_ -> {
            lock(federation);
            if (tail(federation).last() == null) {
                append(federation, creation(federations.find(federation).orElseThrow()));
            }
            append(federation, event);
        });
    }

    private FederationCreated creation(Federation federation) {
        return new FederationCreated(federation.name(), digest.of(federation.settings()), AuditKey.of(key.getPublic()));
    }

    /** Until the transaction ends. */
    private void lock(String federation) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('audit/' || ?, 0))")
                .param(federation)
                .query((_, _) -> true)
                .single();
    }

    private void append(String federation, AuditEvent event) {
        append(federation, key.getPrivate(), event);
    }

    private void append(String federation, PrivateKey by, AuditEvent event) {
        try {
            if (!(new AuditLog(store(federation), by, clock).append(event) instanceof Kept)) {
                throw new IllegalStateException("Somebody else writes into the audit log of " + federation);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AuditStore.Tail tail(String federation) {
        try {
            return store(federation).tail();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AuditStore store(String federation) {
        return new JdbcAuditStore(database, federation);
    }

    private AuditLog log(String federation) {
        return new AuditLog(store(federation), key.getPrivate(), clock);
    }

    /** Whether anything was written down of a federation. */
    public boolean exists(String federation) {
        return tail(federation).last() != null;
    }

    /** At most {@code most} lines of a log from line {@code from}; none at its end. */
    public List<String> lines(String federation, long from, int most) {
        try {
            return store(federation).read(from, most);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long a log is now, signed; empty if nothing was written down. */
    public Optional<Checkpoint> checkpoint(String federation) {
        try {
            return exists(federation) ? Optional.of(log(federation).checkpoint()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The key that signs, as {@code openssl pkey -pubout} writes it. */
    public String publicKey() {
        return KeyFiles.pem(key.getPublic());
    }
}
