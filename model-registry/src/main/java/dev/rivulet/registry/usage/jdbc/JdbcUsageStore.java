// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.usage.jdbc;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.usage.UsageStore;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One row for a day of a version. */
@Repository
class JdbcUsageStore implements UsageStore {

    private final JdbcClient jdbc;

    JdbcUsageStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void count(CompletionRecorded completion) {
        Timestamp finished = completion.getFinishedAt();
        OffsetDateTime at = Instant.ofEpochSecond(finished.getSeconds(), finished.getNanos())
                .atOffset(ZoneOffset.UTC);
        jdbc.sql("""
                        insert into version_usage as u
                            (model, version, day, requests, failed, prompt_tokens, completion_tokens, last_at)
                        values (?, ?, ?, 1, ?, ?, ?, ?)
                        on conflict (model, version, day) do update set
                            requests = u.requests + 1,
                            failed = u.failed + excluded.failed,
                            prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
                            completion_tokens = u.completion_tokens + excluded.completion_tokens,
                            last_at = greatest(u.last_at, excluded.last_at)""")
                .params(
                        completion.getModel(),
                        completion.getVersion(),
                        at.toLocalDate(),
                        completion.getFinishReason().equals("error") ? 1 : 0,
                        completion.getPromptTokens(),
                        completion.getCompletionTokens(),
                        at)
                .update();
    }

    @Override
    public List<Day> days(ModelName model, VersionName version, LocalDate since) {
        return jdbc.sql("select * from version_usage where model = ? and version = ? and day >= ? order by day desc")
                .params(model.value(), version.value(), since)
                .query((row, _) -> new Day(
                        row.getObject("day", LocalDate.class),
                        row.getLong("requests"),
                        row.getLong("failed"),
                        row.getLong("prompt_tokens"),
                        row.getLong("completion_tokens"),
                        row.getObject("last_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    @Override
    public int expire(LocalDate before, int most) {
        return jdbc.sql("""
                        delete from version_usage where (model, version, day) in (
                            select model, version, day from version_usage where day < ?
                            order by day limit ? for update skip locked)""").params(before, most).update();
    }
}
