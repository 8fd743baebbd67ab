// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.jdbc;

import dev.rivulet.federation.aggregation.Anomaly;
import dev.rivulet.federation.rounds.ScoreStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One table. */
@Repository
class JdbcScoreStore implements ScoreStore {

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    JdbcScoreStore(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    @Override
    public void keep(String federation, long round, Map<String, Anomaly> scores) {
        List<Object[]> rows = new ArrayList<>();
        scores.forEach((device, score) ->
                rows.add(new Object[] {federation, UUID.fromString(device), round, score.distance(), score.cosine()}));
        batches.batchUpdate("""
                insert into device_score (federation, device, round, distance, cosine)
                values (?, ?, ?, ?, ?) on conflict do nothing""", rows);
    }

    @Override
    public Map<String, List<Anomaly>> latest(String federation, int most) {
        Map<String, List<Anomaly>> all = new LinkedHashMap<>();
        jdbc.sql("""
                        select device, distance, cosine from (
                            select device, distance, cosine, round,
                                   row_number() over (partition by device order by round desc) as place
                            from device_score where federation = ?) as placed
                        where place <= ? order by device, round desc""").params(federation, most).query(row -> {
            all.computeIfAbsent(row.getString("device"), _ -> new ArrayList<>())
                    .add(new Anomaly(row.getDouble("distance"), row.getDouble("cosine")));
        });
        return all;
    }
}
