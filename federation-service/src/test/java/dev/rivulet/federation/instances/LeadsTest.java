// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeadsTest {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final int PARTITIONS = 4;

    private final Map<String, Leader> written = new HashMap<>();
    private final List<Leads.Lead> told = new ArrayList<>();
    private final Leads first = leads("http://first:1");
    private final Leads second = leads("http://second:1");

    private Leads leads(String address) {
        LeaderStore store = new LeaderStore() {
            @Override
            public Optional<Leader> claim(String federation, String by, Instant now) {
                Leader before = written.get(federation);
                Leader leader = new Leader(before == null ? 1 : before.epoch() + 1, by, now);
                written.put(federation, leader);
                return Optional.of(leader);
            }

            @Override
            public Optional<Leader> leader(String federation) {
                return Optional.ofNullable(written.get(federation));
            }
        };
        return new Leads(store, address, PARTITIONS, Clock.fixed(NOW, ZoneOffset.UTC), told::add);
    }

    @Test
    void whoIsGivenAPartitionLeadsItsFederationsAndNoOthers() {
        first.give(Set.of(first.partition("wards")));

        assertThat(first.epoch("wards")).hasValue(1);
        assertThat(first.epoch("wards")).hasValue(1);
        assertThat(second.epoch("wards")).isEmpty();
        assertThat(first.here("wards")).hasValue(new Leader(1, "http://first:1", NOW));
        assertThat(second.elsewhere("wards")).hasValue(new Leader(1, "http://first:1", NOW));
        assertThat(told).extracting(Leads.Lead::federation).containsExactly("wards");
    }

    @Test
    void eachLeadHasAGreaterEpochAlsoOfTheSameInstance() {
        Set<Integer> partition = Set.of(first.partition("wards"));
        first.give(partition);
        first.epoch("wards");
        first.take(partition);
        assertThat(first.epoch("wards")).isEmpty();
        assertThat(first.here("wards")).isEmpty();

        second.give(partition);
        assertThat(second.epoch("wards")).hasValue(2);
        second.take(partition);
        first.give(partition);
        assertThat(first.epoch("wards")).hasValue(3);
    }

    @Test
    void anInstanceIsNotSentToItself() {
        first.give(Set.of(first.partition("wards")));
        first.epoch("wards");
        first.take(Set.of(first.partition("wards")));

        assertThat(first.elsewhere("wards")).isEmpty();
    }
}
