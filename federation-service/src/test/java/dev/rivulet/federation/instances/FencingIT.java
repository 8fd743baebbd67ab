// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federation.WholeFederation;
import dev.rivulet.federation.rounds.FencedException;
import dev.rivulet.federation.rounds.RoundEvent;
import dev.rivulet.federation.rounds.RoundEvent.Dropped;
import dev.rivulet.federation.rounds.RoundStore;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The journal of rounds under two leaders, on a real database. */
@WholeFederation
class FencingIT {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    @Autowired
    private RoundStore rounds;

    @Autowired
    private LeaderStore leaders;

    @Autowired
    private JdbcClient jdbc;

    @Test
    void aLeaderWhoseLeadIsOverWritesNothingMore() {
        jdbc.sql("insert into federation (name, settings, running, created_at) values ('fenced', '{}', false, now())")
                .update();
        try {
            long first =
                    leaders.claim("fenced", "http://first:1", NOW).orElseThrow().epoch();
            assertThat(rounds.under(first).append("fenced", 1, 0, event("a"))).isTrue();
            long second = leaders.claim("fenced", "http://second:1", NOW)
                    .orElseThrow()
                    .epoch();

            assertThat(second).isGreaterThan(first);
            assertThatThrownBy(() -> rounds.under(first).append("fenced", 1, 1, event("b")))
                    .isInstanceOf(FencedException.class);
            assertThat(rounds.read("fenced", 1)).hasSize(1);
            assertThat(rounds.under(second).append("fenced", 1, 1, event("c"))).isTrue();
            assertThat(leaders.leader("fenced").orElseThrow().address()).isEqualTo("http://second:1");
            assertThat(leaders.claim("nowhere", "http://first:1", NOW)).isEmpty();
        } finally {
            jdbc.sql("delete from federation_leader where federation = 'fenced'")
                    .update();
            jdbc.sql("delete from round_event where federation = 'fenced'").update();
            jdbc.sql("delete from federation where name = 'fenced'").update();
        }
    }

    private static List<RoundEvent> event(String device) {
        return List.of(new Dropped(NOW, device, "dead"));
    }
}
