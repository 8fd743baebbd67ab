// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AskingTest {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final EvaluationSettings TWO = new EvaluationSettings(1, 2, MINUTE);
    private static final List<String> IDLE = List.of("a", "b", "c", "d");

    private final Asking asking = new Asking(_ -> Set.of(), new Random(7));

    @Test
    void asManyAreAskedAsAreWantedAndNobodyTwice() {
        Set<String> first = asking.next(TWO, 1, IDLE, NOON);
        assertThat(first).hasSize(2).isSubsetOf(IDLE);
        assertThat(asking.next(TWO, 1, IDLE, NOON)).isEmpty();

        first.forEach(device -> asking.answered(device, 1));
        assertThat(asking.next(TWO, 1, IDLE, NOON.plus(MINUTE))).isEmpty();
    }

    @Test
    void whoIsSlowOrCantIsReplacedByAnother() {
        List<String> first = List.copyOf(asking.next(TWO, 1, IDLE, NOON));
        asking.declined(first.getFirst(), 1);
        Set<String> second = asking.next(TWO, 1, IDLE, NOON);
        assertThat(second).hasSize(1).doesNotContainAnyElementsOf(first);

        Set<String> late = asking.next(TWO, 1, IDLE, NOON.plus(MINUTE));
        assertThat(late).hasSize(2).doesNotContain(first.getFirst());
    }

    @Test
    void anAnswerIsWantedFromThoseAskedAboutTheNewestVersionAlone() {
        String device = asking.next(TWO, 1, IDLE, NOON).iterator().next();
        assertThat(asking.awaits(device, 1)).isTrue();
        assertThat(asking.awaits(device, 2)).isFalse();
        assertThat(asking.awaits("e", 1)).isFalse();

        asking.next(TWO, 2, List.of(), NOON);
        assertThat(asking.awaits(device, 1)).isFalse();
    }

    @Test
    void answersThatWereKeptBeforeAStartCount() {
        Asking again = new Asking(version -> version == 3 ? Set.of("a", "b") : Set.of("c"), new Random(7));
        assertThat(again.next(TWO, 3, IDLE, NOON)).isEmpty();
        assertThat(again.next(TWO, 4, IDLE, NOON)).hasSize(1).doesNotContain("c");
    }

    @Test
    void theFirstModelAndVersionsBetweenAreNotMeasured() {
        EvaluationSettings third = new EvaluationSettings(3, 1, null);
        Map<Long, Integer> asked = new TreeMap<>();
        for (long version = 0; version <= 6; version++) {
            asked.put(version, asking.next(third, version, IDLE, NOON).size());
        }
        assertThat(asked).containsExactlyInAnyOrderEntriesOf(Map.of(0L, 0, 1L, 0, 2L, 0, 3L, 1, 4L, 0, 5L, 0, 6L, 1));
    }

    @Test
    void aVersionGetsItsAnswersWhateverDevicesDo() {
        Random random = new Random(11);
        for (int seed = 0; seed < 200; seed++) {
            Asking one = new Asking(_ -> Set.of(), new Random(seed));
            EvaluationSettings wanted = new EvaluationSettings(1, 5, MINUTE);
            Set<String> answered = new HashSet<>();
            List<String> devices = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                devices.add("device-" + i);
            }
            Set<String> unable = Set.of("device-3", "device-7");
            Instant now = NOON;
            for (int step = 0; step < 200 && answered.size() < 5; step++) {
                for (String device : one.next(wanted, 1, devices, now)) {
                    assertThat(answered).doesNotContain(device);
                    if (unable.contains(device)) {
                        one.declined(device, 1);
                    } else if (random.nextInt(3) > 0) {
                        one.answered(device, 1);
                        answered.add(device);
                    }
                }
                now = now.plusSeconds(20);
            }
            assertThat(answered).as("seed %d", seed).hasSize(5);
        }
    }
}
