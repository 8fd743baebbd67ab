// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.notices;

import dev.rivulet.federation.rounds.RoundState;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.notices.WorkNotice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Decides which federations look for devices: those between two rounds of which another may begin. Each is told of once for a round,
 * and again after a time in which no round has begun. One thread.
 */
final class Wanting {

    private record Told(long round, Instant at) {}

    private final Duration again;
    private final Map<String, Told> told = new HashMap<>();

    Wanting(Duration again) {
        this.again = again;
    }

    /** What is to be told now; {@link #told} says that it was. */
    List<WorkNotice> due(List<Standing> standings, Instant now) {
        List<WorkNotice> due = new ArrayList<>();
        for (Standing standing : standings) {
            String name = standing.federation().name();
            boolean wants = standing.federation().running()
                    && standing.stop().isEmpty()
                    && standing.state() instanceof RoundState.Unopened;
            Told before = told.get(name);
            if (wants
                    && (before == null
                            || before.round() != standing.round() + 1
                            || !now.isBefore(before.at().plus(again)))) {
                due.add(new WorkNotice(name, standing.round() + 1));
            }
        }
        told.keySet()
                .removeIf(name -> standings.stream()
                        .noneMatch(
                                standing -> Objects.equals(standing.federation().name(), name)));
        return due;
    }

    void told(WorkNotice notice, Instant now) {
        told.put(notice.federation(), new Told(notice.round(), now));
    }
}
