// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.relay.Duel.Side;
import dev.rivulet.gateway.relay.Duel.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DuelTest {

    /** Everything that can happen, each at most once but for what both sides can do. */
    private enum Event {
        DUE(Duel::due),
        FIRST_BEGAN(duel -> duel.began(Side.FIRST)),
        FIRST_FAILED(duel -> duel.failed(Side.FIRST)),
        SECOND_BEGAN(duel -> duel.began(Side.SECOND)),
        SECOND_FAILED(duel -> duel.failed(Side.SECOND));

        private final Function<Duel, Verdict> happens;

        Event(Function<Duel, Verdict> happens) {
            this.happens = happens;
        }
    }

    @Test
    void inWhateverOrderThingsHappenOneSideIsToldOnceAndNoneThatFailedWhileTheOtherRuns() {
        List<List<Event>> orders = orders(new ArrayList<>(), new ArrayList<>());
        assertThat(orders).hasSizeGreaterThan(10);
        orders.forEach(DuelTest::requireOneIsTold);
    }

    @Test
    void afterACancelNothingIsToldOrSent() {
        Duel duel = new Duel();
        assertThat(duel.cancel()).isTrue();
        assertThat(duel.cancel()).isFalse();
        for (Event event : Event.values()) {
            assertThat(event.happens.apply(duel)).as(event.name()).isEqualTo(Verdict.NOTHING);
        }
    }

    private static void requireOneIsTold(List<Event> order) {
        Duel duel = new Duel();
        List<Verdict> told = new ArrayList<>();
        for (Event event : order) {
            Verdict verdict = event.happens.apply(duel);
            if (verdict == Verdict.TELL_FIRST || verdict == Verdict.TELL_SECOND) {
                told.add(verdict);
            }
        }
        assertThat(told).as(order.toString()).containsExactly(expected(order));
    }

    private static Verdict expected(List<Event> order) {
        int due = order.indexOf(Event.DUE);
        int failed = order.indexOf(Event.FIRST_FAILED);
        boolean failedAlone = failed >= 0 && (due < 0 || failed < due);
        int first = order.indexOf(Event.FIRST_BEGAN);
        int second = order.indexOf(Event.SECOND_BEGAN);
        boolean secondIsFaster = second >= 0 && (first < 0 || second < first);
        return secondIsFaster && !failedAlone ? Verdict.TELL_SECOND : Verdict.TELL_FIRST;
    }

    /** All orders in which the first side comes to something, and the second does after it was due. */
    private static List<List<Event>> orders(List<Event> so, List<List<Event>> all) {
        boolean firstIsDone = so.contains(Event.FIRST_BEGAN) || so.contains(Event.FIRST_FAILED);
        boolean due = so.contains(Event.DUE);
        boolean secondIsDone = so.contains(Event.SECOND_BEGAN) || so.contains(Event.SECOND_FAILED);
        if (firstIsDone && (!due || secondIsDone)) {
            all.add(List.copyOf(so));
        }
        for (Event event : Event.values()) {
            boolean possible = switch (event) {
                case DUE -> !due;
                case FIRST_BEGAN, FIRST_FAILED -> !firstIsDone;
                case SECOND_BEGAN, SECOND_FAILED -> due && !secondIsDone;
            };
            if (possible) {
                so.add(event);
                orders(so, all);
                so.removeLast();
            }
        }
        return all;
    }
}
