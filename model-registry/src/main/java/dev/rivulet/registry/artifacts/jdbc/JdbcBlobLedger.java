// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.jdbc;

import dev.rivulet.registry.artifacts.BlobLedger;
import dev.rivulet.registry.artifacts.Sha256;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** An advisory lock of the database, shared by those who hold and taken alone by who collects. */
@Repository
class JdbcBlobLedger implements BlobLedger {

    /** Any number that nobody else uses in this database: "blob" in ASCII. */
    private static final long LOCK = 0x626c6f62;

    private final JdbcClient jdbc;

    JdbcBlobLedger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void hold() {
        lock("select pg_advisory_xact_lock_shared(?)");
    }

    @Override
    public void exclude() {
        lock("select pg_advisory_xact_lock(?)");
    }

    private void lock(String sql) {
        jdbc.sql(sql).param(LOCK).query((ResultSet _) -> {});
    }

    @Override
    public void see(Sha256 blob, Instant at) {
        jdbc.sql("""
                        insert into blob_seen (sha256, seen_at) values (?, ?)
                        on conflict (sha256) do update set seen_at = greatest(blob_seen.seen_at, excluded.seen_at)""").params(blob.hex(), at.atOffset(ZoneOffset.UTC)).update();
    }

    @Override
    public Map<Sha256, Instant> seen(Collection<Sha256> blobs) {
        Map<Sha256, Instant> seen = new HashMap<>();
        jdbc.sql("select sha256, seen_at from blob_seen where sha256 = any(?)")
                .param(hex(blobs))
                .query((ResultSet row) -> {
                    seen.put(
                            new Sha256(row.getString("sha256")),
                            row.getObject("seen_at", OffsetDateTime.class).toInstant());
                });
        return seen;
    }

    @Override
    public void forget(Collection<Sha256> blobs) {
        jdbc.sql("delete from blob_seen where sha256 = any(?)")
                .param(hex(blobs))
                .update();
    }

    private static String[] hex(Collection<Sha256> blobs) {
        return blobs.stream().map(Sha256::hex).toArray(String[]::new);
    }
}
