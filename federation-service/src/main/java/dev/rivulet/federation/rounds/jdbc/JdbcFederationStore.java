// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.jdbc;

import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.FederationStore;
import dev.rivulet.federation.rounds.Witness;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** One table. */
@Repository
class JdbcFederationStore implements FederationStore {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;
    private final ObjectProvider<Witness> witnesses;

    JdbcFederationStore(JdbcClient jdbc, JsonMapper json, Clock clock, ObjectProvider<Witness> witnesses) {
        this.witnesses = witnesses;
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    @Override
    @Transactional
    public boolean add(Federation federation) {
        boolean added = jdbc.sql("insert into federation (name, settings, running, created_at)"
                                + " values (?, cast(? as jsonb), ?, ?) on conflict do nothing")
                        .params(
                                federation.name(),
                                json.writeValueAsString(federation.settings()),
                                federation.running(),
                                clock.instant().atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
        if (added) {
            witnesses.orderedStream().forEach(witness -> witness.made(federation));
        }
        return added;
    }

    @Override
    @Transactional
    public void running(String name, boolean running) {
        int changed = jdbc.sql("update federation set running = ? where name = ? and running <> ?")
                .params(running, name, running)
                .update();
        if (changed == 1) {
            witnesses.orderedStream().forEach(witness -> witness.running(name, running));
        }
    }

    @Override
    public Optional<Federation> find(String name) {
        return jdbc.sql("select name, settings, running from federation where name = ?")
                .param(name)
                .query((row, _) -> federation(row))
                .optional();
    }

    @Override
    @Transactional
    public void settings(String name, FederationSettings settings) {
        String body = json.writeValueAsString(settings);
        jdbc.sql("update federation set settings = cast(? as jsonb) where name = ?")
                .params(body, name)
                .update();
        jdbc.sql("""
                        insert into settings_change (federation, seq, at, settings)
                        select ?, count(*), ?, cast(? as jsonb) from settings_change where federation = ?""")
                .params(name, clock.instant().atOffset(ZoneOffset.UTC), body, name)
                .update();
        witnesses.orderedStream().forEach(witness -> witness.changed(name));
    }

    @Override
    public List<Change> changes(String name, int most) {
        return jdbc.sql("""
                        select at, settings from (
                            select seq, at, settings from settings_change where federation = ?
                            order by seq desc limit ?) as newest
                        order by seq""")
                .params(name, most)
                .query((row, _) -> new Change(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        json.readValue(row.getString("settings"), FederationSettings.class)))
                .list();
    }

    @Override
    public List<Federation> all() {
        return jdbc.sql("select name, settings, running from federation order by name")
                .query((row, _) -> federation(row))
                .list();
    }

    private Federation federation(ResultSet row) throws SQLException {
        return new Federation(
                row.getString("name"),
                json.readValue(row.getString("settings"), FederationSettings.class),
                row.getBoolean("running"));
    }
}
