// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import dev.rivulet.federation.aggregation.Anomaly;
import dev.rivulet.federation.participants.Participants;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.PartTaken;
import dev.rivulet.federation.rounds.PrivacyReport;
import dev.rivulet.federation.rounds.ScoreStore;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Devices of a federation: what they did, how far their updates lie from those of others, and what it cost them. */
@RestController
class DevicesController {

    private static final int MOST = 10_000;
    private static final int SCORES = 5;

    private final Federations federations;
    private final Participants participants;
    private final ScoreStore scores;

    DevicesController(Federations federations, Participants participants, ScoreStore scores) {
        this.federations = federations;
        this.participants = participants;
        this.scores = scores;
    }

    /**
     * A device in JSON.
     *
     * @param device its pseudonym
     * @param participating false after it opted out
     * @param asked pieces of work that it had
     * @param counted updates of it that counted
     * @param distance mean over its last five updates, 1 is usual; null before the first
     * @param cosine to the middle of its last round
     * @param epsilon that its own rounds cost; null where there is no noise
     */
    record DeviceView(
            UUID device,
            boolean participating,
            int asked,
            int counted,
            @Nullable Double distance,
            @Nullable Double cosine,
            @Nullable Double epsilon) {}

    @GetMapping("/api/federations/{name}/devices")
    List<DeviceView> devices(@PathVariable String name) {
        if (federations.standing(name).isEmpty()) {
            throw new ProblemException(Problem.at(ProblemCode.NOT_FOUND, "name", "There is no such federation."));
        }
        Map<String, PartTaken> parts = federations.parts(name);
        Map<String, List<Anomaly>> latest = scores.latest(name, SCORES);
        Map<String, Double> costs = federations
                .privacy(name)
                .<Map<String, Double>>map(PrivacyReport::devices)
                .orElse(Map.of());
        return participants.all(name, MOST).stream()
                .map(device -> {
                    String id = device.id().toString();
                    PartTaken part = parts.getOrDefault(id, PartTaken.NONE);
                    List<Anomaly> own = latest.getOrDefault(id, List.of());
                    return new DeviceView(
                            device.id(),
                            device.participating(),
                            part.asked(),
                            part.counted(),
                            own.isEmpty() ? null : Anomaly.meanDistance(own),
                            own.isEmpty() ? null : own.getFirst().cosine(),
                            costs.get(id));
                })
                .toList();
    }
}
