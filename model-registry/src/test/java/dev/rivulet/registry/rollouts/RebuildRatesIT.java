// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client;
import dev.rivulet.registry.WholeRegistry;
import dev.rivulet.registry.rollouts.RolloutStore.Rebuilt;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** How long the projections of a million events take to be made anew; in a database of its own, for events can't be taken out. */
@Tag("long")
@WholeRegistry
@TestPropertySource(properties = "rivulet.rollouts.snapshot-every=17")
class RebuildRatesIT {

    private static final int ROLLOUTS = 125_000;

    @LocalServerPort
    private int port;

    @Autowired
    private Rollouts rollouts;

    @Autowired
    private JdbcClient jdbc;

    @Test
    void aMillionEventsAreReplayedToTheSameBytes() {
        Client client = new Client(port);
        client.create("many");
        client.register("many", "1");
        client.register("many", "2");
        client.alias("many", "champion", "1");
        String path = client.post("/api/rollouts", "{\"model\":\"many\",\"candidate\":\"2\",\"automatic\":false}")
                .header("location");
        List.of("prepared", "advance", "advance", "advance", "pause", "resume", "promote")
                .forEach(action -> client.post(path + "/" + action, "{}"));
        jdbc.sql("""
                        insert into rollout_event (rollout, version, type, at, payload)
                        select 'r-' || lpad(to_hex(n), 16, '0'), e.version, e.type, e.at, e.payload
                        from generate_series(1, :rollouts) n, rollout_event e order by n, e.version""").param("rollouts", ROLLOUTS - 1).update();

        rollouts.rebuild();
        long began = System.nanoTime();
        Rebuilt rebuilt = rollouts.rebuild();
        double seconds = (System.nanoTime() - began) / 1e9;

        System.out.printf(
                Locale.ROOT,
                "%d events of %d rollouts replayed in %.1f s, %.0f a second%n",
                rebuilt.events(),
                rebuilt.rollouts(),
                seconds,
                rebuilt.events() / seconds);
        assertThat(rebuilt.events()).isEqualTo(8L * ROLLOUTS);
        assertThat(rebuilt.after()).isEqualTo(rebuilt.before());
    }
}
