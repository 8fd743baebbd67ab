// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The tables of published settings. Callers own the transaction. */
final class PublishedStore {

    private final JdbcClient jdbc;

    PublishedStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest revision; 0 if nothing was published. */
    long head(Site site) {
        return jdbc.sql("select revision from config_head where application = ? and profile = ?")
                .params(site.application(), site.profile())
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    /** The newest revision, which nobody else changes until the transaction ends. */
    long lock(Site site) {
        jdbc.sql("insert into config_head (application, profile, revision) values (?, ?, 0) on conflict do nothing")
                .params(site.application(), site.profile())
                .update();
        return jdbc.sql("select revision from config_head where application = ? and profile = ? for update")
                .params(site.application(), site.profile())
                .query(Long.class)
                .single();
    }

    /** By profile: the newest revision of an application. */
    Map<String, Long> heads(String application) {
        Map<String, Long> heads = new TreeMap<>();
        jdbc.sql("select profile, revision from config_head where application = ? and revision > 0")
                .param(application)
                .query(row -> {
                    heads.put(row.getString(1), row.getLong(2));
                });
        return heads;
    }

    /** The ciphertexts that an application is served, marked as such. */
    List<String> secretsOf(String application) {
        return jdbc.sql("select value from config_value where secret and application in (?, 'application') limit 1000")
                .param(application)
                .query((row, _) -> row.getString(1))
                .list();
    }

    Map<String, Stored> values(Site site) {
        Map<String, Stored> values = new TreeMap<>();
        jdbc.sql("select key, value, secret from config_value where application = ? and profile = ?")
                .params(site.application(), site.profile())
                .query(row -> {
                    values.put(row.getString(1), new Stored(row.getString(2), row.getBoolean(3)));
                });
        return values;
    }

    /** The values as they were after a revision. */
    Map<String, Stored> valuesAt(Site site, long revision) {
        Map<String, Stored> values = new TreeMap<>();
        jdbc.sql("""
                        select distinct on (key) key, new_value, new_secret from config_change
                        where application = ? and profile = ? and revision <= ? order by key, revision desc""").params(site.application(), site.profile(), revision).query(row -> {
            Stored stored = stored(row.getString(2), row.getBoolean(3));
            if (stored != null) {
                values.put(row.getString(1), stored);
            }
        });
        return values;
    }

    /** Stores a revision and what it changes; it follows the locked one. */
    void add(Site site, Revision revision) {
        jdbc.sql(
                        "insert into config_revision (application, profile, revision, author, restored, at) values (?, ?, ?, ?, ?, ?)")
                .params(site.application(), site.profile(), revision.revision(), revision.author())
                .param(revision.restored())
                .param(Timestamp.from(revision.at()))
                .update();
        revision.changes().forEach(change -> add(site, revision.revision(), change));
        jdbc.sql("update config_head set revision = ? where application = ? and profile = ?")
                .params(revision.revision(), site.application(), site.profile())
                .update();
    }

    private void add(Site site, long revision, Change change) {
        Stored before = change.before();
        Stored after = change.after();
        jdbc.sql("""
                        insert into config_change
                        (application, profile, revision, key, old_value, old_secret, new_value, new_secret)
                        values (?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(site.application(), site.profile(), revision, change.key())
                .param(before == null ? null : before.value())
                .param(before != null && before.secret())
                .param(after == null ? null : after.value())
                .param(after != null && after.secret())
                .update();
        if (after == null) {
            jdbc.sql("delete from config_value where application = ? and profile = ? and key = ?")
                    .params(site.application(), site.profile(), change.key())
                    .update();
            return;
        }
        jdbc.sql("""
                        insert into config_value (application, profile, key, value, secret, revision)
                        values (?, ?, ?, ?, ?, ?) on conflict (application, profile, key)
                        do update set value = excluded.value, secret = excluded.secret, revision = excluded.revision""")
                .params(site.application(), site.profile(), change.key(), after.value(), after.secret(), revision)
                .update();
    }

    /** Newest first, those below {@code before}. */
    List<Revision> history(Site site, long before, int limit) {
        Map<Long, Revision> revisions = new LinkedHashMap<>();
        jdbc.sql("""
                        select r.revision, r.author, r.restored, r.at, c.key, c.old_value, c.old_secret, c.new_value, c.new_secret
                        from (select * from config_revision where application = ? and profile = ? and revision < ?
                              order by revision desc limit ?) r
                        join config_change c using (application, profile, revision)
                        order by r.revision desc, c.key""").params(site.application(), site.profile(), before, limit).query(row -> {
            Revision revision = revisions.computeIfAbsent(row.getLong(1), number -> revision(number, row));
            revision.changes()
                    .add(new Change(
                            row.getString(5),
                            stored(row.getString(6), row.getBoolean(7)),
                            stored(row.getString(8), row.getBoolean(9))));
        });
        return List.copyOf(revisions.values());
    }

    private static Revision revision(long number, ResultSet row) {
        try {
            Instant at = row.getTimestamp(4).toInstant();
            return new Revision(number, row.getString(2), row.getObject(3, Long.class), at, new ArrayList<>());
        } catch (SQLException e) {
            throw new IllegalStateException("The row of a revision can't be read", e);
        }
    }

    private static @Nullable Stored stored(@Nullable String value, boolean secret) {
        return value == null ? null : new Stored(value, secret);
    }
}
