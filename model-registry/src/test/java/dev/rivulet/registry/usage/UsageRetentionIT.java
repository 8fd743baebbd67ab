// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.registry.WholeRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Days of usage are forgotten by age, on a real PostgreSQL. */
@WholeRegistry
class UsageRetentionIT {

    private static final LocalDate TODAY = LocalDate.of(2020, 6, 30);
    private static final Duration KEEP = Duration.ofDays(30);

    @Autowired
    private UsageStore usage;

    @Autowired
    private JdbcClient jdbc;

    private final Clock clock = Clock.fixed(TODAY.atTime(12, 0).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

    @AfterEach
    void leaveNothing() {
        jdbc.sql("delete from version_usage where model like 'kept-%'").update();
    }

    @Test
    void daysThatAreOlderThanTheyAreKeptGoOldestFirstAndTheOthersStay() {
        for (int ago = 0; ago < 60; ago++) {
            used("kept-one", TODAY.minusDays(ago));
        }
        assertThat(usage.expire(TODAY.minusDays(30), 9)).isEqualTo(9);
        assertThat(days("kept-one").getFirst()).isEqualTo(TODAY.minusDays(50));

        new UsageRetention(usage, settings(KEEP), clock).expire();
        assertThat(days("kept-one")).hasSize(31).startsWith(TODAY.minusDays(30)).endsWith(TODAY);
    }

    @Test
    void moreThanGoAtOnceGoInSeveralTransactions() {
        jdbc.sql("""
                        insert into version_usage
                        select 'kept-' || n, '1', ?, 1, 0, 1, 1, now() from generate_series(1, ?) as n""")
                .params(TODAY.minusDays(31), 2 * UsageRetention.AT_ONCE + 1)
                .update();
        used("kept-fresh", TODAY);

        new UsageRetention(usage, settings(KEEP), clock).expire();
        assertThat(jdbc.sql("select count(*) from version_usage where model like 'kept-%'")
                        .query(Integer.class)
                        .single())
                .isOne();
    }

    @Test
    void aTimeInWhichAnEventCouldBeCountedAnewIsRefused() {
        assertThatThrownBy(() -> settings(Duration.ofDays(7))).hasMessageContaining("rivulet.usage.keep");
        assertThatThrownBy(() -> settings(Duration.ofDays(4000))).hasMessageContaining("rivulet.usage.keep");
    }

    private static UsageSettings settings(Duration keep) {
        return new UsageSettings(true, "group", Duration.ofDays(8), keep);
    }

    private void used(String model, LocalDate day) {
        jdbc.sql("insert into version_usage values (?, '1', ?, 1, 0, 1, 1, ?)")
                .params(model, day, Instant.EPOCH.atOffset(ZoneOffset.UTC))
                .update();
    }

    private List<LocalDate> days(String model) {
        return jdbc.sql("select day from version_usage where model = ? order by day")
                .param(model)
                .query((row, _) -> row.getObject(1, LocalDate.class))
                .list();
    }
}
