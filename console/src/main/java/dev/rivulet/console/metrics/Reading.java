// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one instance said at one moment.
 *
 * @param service its name
 * @param instance host and port
 * @param nanos when it was asked, on a clock that only goes forward
 * @param samples empty where it did not answer
 * @param problem why it did not answer; null if it did
 */
record Reading(
        String service,
        String instance,
        long nanos,
        List<Sample> samples,
        @Nullable String problem) {

    Reading {
        samples = List.copyOf(samples);
    }

    boolean up() {
        return problem == null;
    }

    Stream<Sample> of(String name) {
        return samples.stream().filter(sample -> sample.name().equals(name));
    }

    /** The sum of a gauge over its labels. */
    double sum(String name) {
        return of(name).mapToDouble(Sample::value).sum();
    }

    /**
     * By how much each series grew since an earlier reading of the same instance. A series that was not there began at zero; one that
     * fell began anew with its process, so what it has now is what it grew by.
     */
    List<Sample> growth(Reading since, String name, Predicate<Sample> wanted) {
        Map<Sample.Series, Double> before = new HashMap<>();
        since.of(name).forEach(sample -> before.put(sample.series(), sample.value()));
        return of(name).filter(wanted)
                .map(sample -> {
                    double base = before.getOrDefault(sample.series(), 0.0);
                    double grown = sample.value() >= base ? sample.value() - base : sample.value();
                    return new Sample(sample.name(), sample.labels(), grown);
                })
                .toList();
    }
}
