// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.jdbc;

import dev.rivulet.federated.training.Examples;
import dev.rivulet.federation.rounds.HeldOut;
import dev.rivulet.federation.rounds.HeldOutStore;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One table; numbers as bytes, big-endian. */
@Repository
class JdbcHeldOutStore implements HeldOutStore {

    private final JdbcClient jdbc;

    JdbcHeldOutStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void put(String federation, HeldOut set) {
        Examples examples = set.examples();
        ByteBuffer features = ByteBuffer.allocate(4 * examples.features().length);
        features.asFloatBuffer().put(examples.features());
        ByteBuffer labels = ByteBuffer.allocate(4 * examples.count());
        labels.asIntBuffer().put(examples.labels());
        jdbc.sql("""
                        insert into held_out (federation, dimensions, classes, hidden, features, labels)
                        values (?, ?, ?, ?, ?, ?)
                        on conflict (federation) do update
                        set dimensions = excluded.dimensions, classes = excluded.classes, hidden = excluded.hidden,
                            features = excluded.features, labels = excluded.labels""")
                .params(
                        federation,
                        examples.dimensions(),
                        examples.classes(),
                        set.hidden(),
                        features.array(),
                        labels.array())
                .update();
    }

    @Override
    public Optional<HeldOut> find(String federation) {
        return jdbc.sql("select dimensions, classes, hidden, features, labels from held_out where federation = ?")
                .param(federation)
                .query((row, _) -> set(row))
                .optional();
    }

    private static HeldOut set(ResultSet row) throws SQLException {
        byte[] features = row.getBytes("features");
        byte[] labels = row.getBytes("labels");
        float[] values = new float[features.length / 4];
        ByteBuffer.wrap(features).asFloatBuffer().get(values);
        int[] classes = new int[labels.length / 4];
        ByteBuffer.wrap(labels).asIntBuffer().get(classes);
        return new HeldOut(
                row.getInt("hidden"), new Examples(row.getInt("dimensions"), row.getInt("classes"), values, classes));
    }
}
