// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.federation.secureaggregation.Step;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** How long a secure round takes from its beginning to the published version, devices in the same process, and where the time goes. */
@Tag("long")
@WholeFederation
@TestPropertySource(
        properties = {"rivulet.federation.participants.heartbeat=5s", "rivulet.federation.participants.dead-after=60s"})
class SecureSpeedIT {

    private static final int ROUNDS = 25;
    private static final int WARM = 5;

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry meters;

    @ParameterizedTest
    @CsvSource({"40, 5000, 16", "40, 10000, 24", "100, 10000, 24"})
    void secureRoundsOfDevicesThatLearnNothing(int devices, int values, int bits) throws Exception {
        String name = "secure-" + devices + "-" + values;
        try (Operator operator = new Operator(port)) {
            operator.make(
                    name,
                    values / 10 - 1,
                    10,
                    """
                    {"goal": %d, "quorum": %d, "over_selection": 1, "gather": "PT60S", "cut_off": "PT60S",
                     "deadline": "PT60S"}""".formatted(devices, 2 * devices / 3),
                    ROUNDS,
                    50_000,
                    "{\"mode\": \"MASKED\", \"bits\": %d, \"step\": \"PT60S\"}".formatted(bits));
            try (Fleet fleet = new Fleet(operator.service(), operator.token(name, devices))) {
                for (int i = 0; i < devices; i++) {
                    fleet.started(name + i, task -> new Trained(task.model(), 1, Map.of()));
                }
                Map<Step, Double> before = millis();
                long cpu = cpu();
                operator.start(name);
                await().atMost(Duration.ofMinutes(8))
                        .until(() -> operator.look(name).at("/stopped").asString(""), "rounds_done"::equals);
                System.out.printf("%s: CPU of service and devices %d ms a round%n", name, (cpu() - cpu) / ROUNDS);
                print(operator, name, before);
            }
        }
    }

    private void print(Operator operator, String name, Map<Step, Double> before) {
        List<Long> whole = new ArrayList<>();
        List<Long> summing = new ArrayList<>();
        for (int round = 1 + WARM; round <= ROUNDS; round++) {
            JsonNode events = operator.events(name, round);
            Instant began = at(events, 0);
            whole.add(Duration.between(began, at(events, events.size() - 1)).toMillis());
            summing.add(Duration.between(began, at(events, events.size() - 3)).toMillis());
        }
        System.out.printf(
                "%s: round p50 %d p95 %d ms, to the sum p50 %d p95 %d ms%n",
                name, quantile(whole, 0.5), quantile(whole, 0.95), quantile(summing, 0.5), quantile(summing, 0.95));
        Map<Step, Double> after = millis();
        for (Step step : List.of(Step.KEYS, Step.SHARES, Step.VECTOR, Step.UNMASK)) {
            double each = (after.getOrDefault(step, 0.0) - before.getOrDefault(step, 0.0)) / ROUNDS;
            System.out.printf("  %s mean %.0f ms%n", step.wire(), each);
        }
        assertThat(whole).allMatch(each -> each < 60_000);
    }

    /** Milliseconds of the process: of the service, its devices and the database's client. */
    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1_000_000;
    }

    private static long quantile(List<Long> values, double share) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private static Instant at(JsonNode events, int index) {
        return Instant.parse(events.get(index).at("/event/at").asString());
    }

    private Map<Step, Double> millis() {
        Map<Step, Double> millis = new EnumMap<>(Step.class);
        for (Step step : Step.values()) {
            Timer timer = meters.find("rivulet.federation.secure.step")
                    .tag("step", step.wire())
                    .timer();
            millis.put(step, timer == null ? 0 : timer.totalTime(TimeUnit.MILLISECONDS));
        }
        return millis;
    }
}
