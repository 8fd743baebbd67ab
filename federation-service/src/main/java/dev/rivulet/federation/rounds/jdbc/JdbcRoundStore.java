// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.jdbc;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.rivulet.federated.privacy.Mechanism;
import dev.rivulet.federation.rounds.FencedException;
import dev.rivulet.federation.rounds.Leadership;
import dev.rivulet.federation.rounds.Past;
import dev.rivulet.federation.rounds.RoundEvent;
import dev.rivulet.federation.rounds.RoundState;
import dev.rivulet.federation.rounds.RoundStore;
import dev.rivulet.federation.rounds.Witness;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** A table whose key is the place of an event: of two writers of a place one is refused. */
@Repository
class JdbcRoundStore implements RoundStore {

    private static final Map<String, Class<? extends RoundEvent>> TYPES = Stream.of(
                    RoundEvent.Opened.class,
                    RoundEvent.Joined.class,
                    RoundEvent.Counted.class,
                    RoundEvent.Dropped.class,
                    RoundEvent.Closed.class,
                    RoundEvent.Charged.class,
                    RoundEvent.Aggregated.class,
                    RoundEvent.Published.class,
                    RoundEvent.Failed.class)
            .collect(Collectors.toUnmodifiableMap(JdbcRoundStore::name, Function.identity()));

    /** Mechanisms are told apart by their fields. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
    @JsonSubTypes({
        @JsonSubTypes.Type(Mechanism.SubsampledGaussian.class),
        @JsonSubTypes.Type(Mechanism.DistributedDiscreteGaussian.class)
    })
    private interface ByItsFields {}

    /** Of a leader within a transaction. */
    private static final String LONGEST_PAUSE = "3s";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final JsonMapper json;
    private final TransactionTemplate transactions;
    private final ObjectProvider<Witness> witnesses;
    private final Snapshots snapshots;
    private final long epoch;

    @Autowired
    JdbcRoundStore(
            JdbcClient jdbc,
            JdbcTemplate batches,
            JsonMapper json,
            TransactionTemplate transactions,
            ObjectProvider<Witness> witnesses) {
        this(jdbc, batches, json, transactions, witnesses, Leadership.ALONE);
    }

    private JdbcRoundStore(
            JdbcClient jdbc,
            JdbcTemplate batches,
            JsonMapper json,
            TransactionTemplate transactions,
            ObjectProvider<Witness> witnesses,
            long epoch) {
        this.witnesses = witnesses;
        this.jdbc = jdbc;
        this.batches = batches;
        this.json = json.rebuild().addMixIn(Mechanism.class, ByItsFields.class).build();
        this.snapshots = new Snapshots(jdbc, this.json);
        this.transactions = transactions;
        this.epoch = epoch;
    }

    @Override
    public RoundStore under(long leaders) {
        return new JdbcRoundStore(jdbc, batches, json, transactions, witnesses, leaders);
    }

    /**
     * A leader that is paused within its transaction does not keep the places that it has written from the next one: the database
     * ends it. What it commits before that is known to the next leader when one of the two is refused the place.
     */
    private void requireLead(String federation) {
        boolean leads = epoch == Leadership.ALONE
                || jdbc.sql("select set_config('idle_in_transaction_session_timeout', ?, true) from federation_leader"
                                + " where federation = ? and epoch = ?")
                        .params(LONGEST_PAUSE, federation, epoch)
                        .query(String.class)
                        .optional()
                        .isPresent();
        if (!leads) {
            throw new FencedException(federation, epoch);
        }
    }

    private static String name(Class<? extends RoundEvent> type) {
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<RoundEvent> read(String federation, long round) {
        return jdbc.sql("select type, body from round_event where federation = ? and round = ? order by seq")
                .params(federation, round)
                .query((row, _) -> event(row))
                .list();
    }

    @Override
    public List<RoundEvent.Charged> charges(String federation) {
        return jdbc.sql("select body from round_event where federation = ? and type = 'charged' order by round, seq")
                .param(federation)
                .query((row, _) -> json.readValue(row.getString("body"), RoundEvent.Charged.class))
                .list();
    }

    private RoundEvent event(ResultSet row) throws SQLException {
        String type = row.getString("type");
        Class<? extends RoundEvent> known = TYPES.get(type);
        if (known == null) {
            throw new IllegalStateException("the table of rounds has an event '" + type + "' of a newer version");
        }
        return json.readValue(row.getString("body"), known);
    }

    @Override
    public long latest(String federation) {
        return jdbc.sql("select coalesce(max(round), 0) from round_event where federation = ?")
                .param(federation)
                .query(Long.class)
                .single();
    }

    @Override
    public Optional<Past> past(String federation) {
        return snapshots.read(federation);
    }

    @Override
    public boolean append(String federation, long round, int known, List<RoundEvent> events, @Nullable Past past) {
        try {
            transactions.executeWithoutResult(_ -> {
                requireLead(federation);
                insert(federation, round, known, events);
                if (past != null) {
                    snapshots.keep(federation, past);
                }
                tell(federation, round, known + events.size(), events);
            });
            return true;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    private void tell(String federation, long round, int revision, List<RoundEvent> events) {
        Witness.Step step =
                new Witness.Step(federation, round, revision, events, () -> RoundState.of(read(federation, round)));
        witnesses.orderedStream().forEach(witness -> witness.wentOn(step));
    }

    private void insert(String federation, long round, int known, List<RoundEvent> events) {
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            RoundEvent event = events.get(i);
            rows.add(new Object[] {
                federation,
                round,
                known + i,
                name(event.getClass()),
                event.at().atOffset(ZoneOffset.UTC),
                json.writeValueAsString(event),
                epoch == Leadership.ALONE ? null : epoch
            });
        }
        batches.batchUpdate(
                "insert into round_event (federation, round, seq, type, at, body, epoch)"
                        + " values (?, ?, ?, ?, ?, cast(? as jsonb), ?)",
                rows);
    }

    @Override
    public void together(Runnable work) {
        transactions.executeWithoutResult(_ -> work.run());
    }
}
