// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.edge.Trainer.Outcome.Trained;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** How long a round takes in which devices send back what they were given: signatures, disk and database included. */
@Tag("long")
@WholeFederation
class RoundSpeedIT {

    private static final int ROUNDS = 30;

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @CsvSource({"10, 100000", "10, 1000000", "50, 100000"})
    void roundsOfDevicesThatLearnNothing(int devices, int values) throws Exception {
        String name = "speed-" + devices + "-" + values;
        try (Operator operator = new Operator(port)) {
            operator.make(name, values / 10 - 1, 10, """
                    {"goal": %d, "quorum": %d, "over_selection": 1, "gather": "PT0S", "cut_off": "PT30S",
                     "deadline": "PT30S"}""".formatted(devices, devices), ROUNDS, 4 * values + 100);
            try (Fleet fleet = new Fleet(operator.service(), operator.token(name, devices))) {
                for (int i = 0; i < devices; i++) {
                    fleet.started(name + i, task -> new Trained(task.model(), 1, Map.of()));
                }
                operator.start(name);
                await().atMost(Duration.ofMinutes(4))
                        .until(() -> operator.look(name).at("/stopped").asString(""), "rounds_done"::equals);
            }
            List<Long> millis = new ArrayList<>();
            for (int round = 6; round <= ROUNDS; round++) {
                millis.add(Duration.between(began(operator, name, round - 1), began(operator, name, round))
                        .toMillis());
            }
            millis.sort(null);
            System.out.printf(
                    "%d devices x %d values: from round to round p50 %d ms, least %d, most %d%n",
                    devices, values, millis.get(millis.size() / 2), millis.getFirst(), millis.getLast());
            assertThat(millis).allMatch(each -> each < 30_000);
        }
    }

    private static Instant began(Operator operator, String name, int round) {
        return Instant.parse(operator.events(name, round).at("/0/event/at").asString());
    }
}
