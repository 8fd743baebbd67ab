// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How facts travel, from what services say of their own consumers, readers and outboxes. */
final class EventFigures {

    private EventFigures() {}

    static Figures.Events of(List<Reading> now) {
        Map<String, Map<String, Long>> lags = new TreeMap<>();
        Map<String, Long> readers = new TreeMap<>();
        Map<String, Long> drift = new TreeMap<>();
        List<Figures.Outbox> outboxes = new ArrayList<>();
        for (Reading each : now) {
            each.of(Names.TOPIC_LAG)
                    .filter(sample -> sample.label("topic").contains("."))
                    .forEach(sample -> lags.computeIfAbsent(each.service(), service -> new TreeMap<>())
                            .merge(sample.label("topic"), (long) sample.value(), Long::sum));
            each.of(Names.READER_LAG)
                    .forEach(sample -> readers.merge(sample.label("reader"), (long) sample.value(), Math::max));
            each.of(Names.DRIFT).forEach(sample -> drift.merge(each.service(), (long) sample.value(), Math::max));
            each.of(Names.OUTBOX_AGE)
                    .forEach(sample ->
                            outboxes.add(new Figures.Outbox(each.service(), each.instance(), sample.value())));
        }
        List<Figures.Lag> flat = new ArrayList<>();
        lags.forEach((service, topics) ->
                topics.forEach((topic, records) -> flat.add(new Figures.Lag(service, topic, records))));
        return new Figures.Events(flat, readers, outboxes, drift);
    }
}
