// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.evaluation.jdbc;

import dev.rivulet.federation.evaluation.Answer;
import dev.rivulet.federation.evaluation.EvaluationStore;
import dev.rivulet.federation.evaluation.Measure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One table, one row an answer. */
@Repository
class JdbcEvaluationStore implements EvaluationStore {

    private final JdbcClient jdbc;

    JdbcEvaluationStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public boolean add(String federation, Answer answer) {
        return jdbc.sql("""
                                insert into evaluation (federation, version, device, examples, loss, accuracy, at)
                                values (:federation, :version, :device, :examples, :loss, :accuracy, :at)
                                on conflict do nothing""")
                        .param("federation", federation)
                        .param("version", answer.version())
                        .param("device", UUID.fromString(answer.device()))
                        .param("examples", answer.examples())
                        .param("loss", answer.loss())
                        .param("accuracy", answer.accuracy())
                        .param("at", Timestamp.from(answer.at()))
                        .update()
                == 1;
    }

    @Override
    public Set<String> answered(String federation, long version) {
        return Set.copyOf(jdbc.sql("select device from evaluation where federation = ? and version = ?")
                .params(federation, version)
                .query((row, _) -> row.getString("device"))
                .list());
    }

    @Override
    public List<Measure> measures(String federation, int most) {
        return jdbc.sql("""
                        select version, count(*) as devices, sum(examples) as examples,
                               sum(loss * examples) / sum(examples) as loss,
                               sum(accuracy * examples) / sum(examples) filter (where accuracy is not null) as accuracy
                        from evaluation where federation = ?
                        group by version order by version desc limit ?""")
                .params(federation, most)
                .query((row, _) -> measure(row))
                .list();
    }

    private static Measure measure(ResultSet row) throws SQLException {
        return new Measure(
                row.getLong("version"),
                row.getInt("devices"),
                row.getDouble("examples"),
                row.getDouble("loss"),
                accuracy(row));
    }

    private static @Nullable Double accuracy(ResultSet row) throws SQLException {
        double accuracy = row.getDouble("accuracy");
        return row.wasNull() ? null : accuracy;
    }
}
