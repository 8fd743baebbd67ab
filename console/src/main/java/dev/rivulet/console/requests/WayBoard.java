// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.requests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** The last requests that ended, newest last; the oldest is forgotten first. */
final class WayBoard {

    private final LinkedHashMap<String, Way> ways = new LinkedHashMap<>();
    private final int most;
    private final int mostSteps;

    /**
     * @param most requests that are remembered
     * @param mostSteps of one request; those after them are left out
     */
    WayBoard(int most, int mostSteps) {
        this.most = most;
        this.mostSteps = mostSteps;
    }

    /** A request ended; told again, as Kafka may, it takes the place of what was told. */
    synchronized void put(Way way) {
        ways.remove(way.request());
        ways.put(way.request(), way);
        while (ways.size() > most) {
            ways.remove(ways.firstEntry().getKey());
        }
    }

    /** Something was told of a request; nothing happens if it is not remembered, or was told so already. */
    synchronized void add(String request, Way.Step step) {
        Way way = ways.get(request);
        if (way == null || way.steps().contains(step) || way.steps().size() >= mostSteps) {
            return;
        }
        List<Way.Step> steps = new ArrayList<>(way.steps());
        steps.add(step);
        ways.put(
                request,
                new Way(way.request(), way.model(), way.version(), way.outcome(), way.at(), way.trace(), steps));
    }

    synchronized Optional<Way> get(String request) {
        return Optional.ofNullable(ways.get(request));
    }

    /** Newest first, without steps. */
    synchronized List<Way> newest(int limit) {
        return ways.reversed().values().stream().limit(limit).map(Way::briefly).toList();
    }
}
