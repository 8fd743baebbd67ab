package dev.rivulet.federation.rounds.jdbc;

import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.FederationStore;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** One table. */
@Repository
class JdbcFederationStore implements FederationStore {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    JdbcFederationStore(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public boolean add(Federation federation) {
        return jdbc.sql("insert into federation (name, settings, running, created_at)"
                                + " values (?, cast(? as jsonb), ?, ?) on conflict do nothing")
                        .params(
                                federation.name(),
                                json.writeValueAsString(federation.settings()),
                                federation.running(),
                                clock.instant().atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    @Override
    public void running(String name, boolean running) {
        jdbc.sql("update federation set running = ? where name = ?")
                .params(running, name)
                .update();
    }

    @Override
    public List<Federation> all() {
        return jdbc.sql("select name, settings, running from federation order by name")
                .query((row, _) -> new Federation(
                        row.getString("name"),
                        json.readValue(row.getString("settings"), FederationSettings.class),
                        row.getBoolean("running")))
                .list();
    }
}
