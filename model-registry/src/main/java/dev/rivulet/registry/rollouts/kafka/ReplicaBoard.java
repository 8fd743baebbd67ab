// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.kafka;

import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.ServedModel;
import dev.rivulet.registry.rollouts.Fleet;
import dev.rivulet.registry.rollouts.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last report of each replica, and which started anew without having been drained. Safe for use by several threads.
 */
final class ReplicaBoard {

    private static final int MOST = 10_000;

    private final Duration timeout;
    private final Map<String, Seen> replicas = new LinkedHashMap<>();

    /**
     * @param heard when the report came
     * @param restarted when a report came of a new start that no drain had announced; the epoch if never
     */
    private record Seen(ReplicaStatusReported report, Instant heard, Instant restarted) {}

    ReplicaBoard(Duration timeout) {
        this.timeout = timeout;
    }

    /** Takes a report in; an older one than the last of its replica is left out. */
    synchronized void take(ReplicaStatusReported report, Instant heard) {
        Seen last = replicas.get(report.getReplica());
        if (last == null) {
            forget(heard);
            if (replicas.size() < MOST) {
                replicas.put(report.getReplica(), new Seen(report, heard, Instant.EPOCH));
            }
            return;
        }
        int started = compare(report, last.report());
        if (started < 0
                || (started == 0 && report.getSequence() <= last.report().getSequence())) {
            return;
        }
        boolean crashed = started > 0 && !last.report().getDraining();
        replicas.put(report.getReplica(), new Seen(report, heard, crashed ? heard : last.restarted()));
    }

    private static int compare(ReplicaStatusReported one, ReplicaStatusReported other) {
        int seconds = Long.compare(
                one.getStartedAt().getSeconds(), other.getStartedAt().getSeconds());
        return seconds != 0
                ? seconds
                : Integer.compare(
                        one.getStartedAt().getNanos(), other.getStartedAt().getNanos());
    }

    /** Who has been silent for long no more counts as crashed when he comes back. */
    private void forget(Instant now) {
        replicas.values()
                .removeIf(seen -> seen.heard().plus(timeout.multipliedBy(60)).isBefore(now));
    }

    /** Nothing was heard for long; what was heard in the future, before the clock was set back, says nothing of now. */
    private boolean isSilent(Seen seen, Instant now) {
        return seen.heard().plus(timeout).isBefore(now)
                || seen.heard().minus(timeout).isAfter(now);
    }

    /** What live replicas tell of a candidate. */
    synchronized Fleet fleet(Rollout rollout, Instant now) {
        String model = rollout.model().value();
        String candidate = rollout.candidate().value();
        int live = 0;
        int ready = 0;
        List<String> problems = new ArrayList<>();
        List<String> crashes = new ArrayList<>();
        for (Seen seen : replicas.values()) {
            ReplicaStatusReported report = seen.report();
            List<ServedModel> served = report.getModelsList().stream()
                    .filter(each -> each.getModel().equals(model))
                    .toList();
            if (served.isEmpty() || report.getDraining() || isSilent(seen, now)) {
                continue;
            }
            live++;
            if (seen.restarted().isAfter(rollout.startedAt())) {
                crashes.add(report.getReplica());
            }
            for (ServedModel each : served) {
                if (each.getVersion().equals(candidate)) {
                    ready += each.getState() == ModelState.MODEL_STATE_READY ? 1 : 0;
                    if (each.getState() == ModelState.MODEL_STATE_FAILED) {
                        problems.add(report.getReplica() + ": " + each.getProblem());
                    }
                }
            }
        }
        return new Fleet(live, ready, problems, crashes);
    }

    synchronized void clear() {
        replicas.clear();
    }
}
