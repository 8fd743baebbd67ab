// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances.jdbc;

import dev.rivulet.federation.instances.Leader;
import dev.rivulet.federation.instances.LeaderStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One row for each federation. */
@Repository
class JdbcLeaderStore implements LeaderStore {

    private final JdbcClient jdbc;

    JdbcLeaderStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<Leader> claim(String federation, String address, Instant now) {
        return jdbc.sql("""
                        insert into federation_leader (federation, epoch, address, since)
                        select name, 1, :address, :now from federation where name = :federation
                        on conflict (federation) do update
                        set epoch = federation_leader.epoch + 1, address = excluded.address, since = excluded.since
                        returning epoch, address, since""")
                .param("federation", federation)
                .param("address", address)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query((row, _) -> leader(row))
                .optional();
    }

    @Override
    public Optional<Leader> leader(String federation) {
        return jdbc.sql("select epoch, address, since from federation_leader where federation = ?")
                .param(federation)
                .query((row, _) -> leader(row))
                .optional();
    }

    private static Leader leader(ResultSet row) throws SQLException {
        return new Leader(
                row.getLong("epoch"),
                row.getString("address"),
                row.getObject("since", OffsetDateTime.class).toInstant());
    }
}
