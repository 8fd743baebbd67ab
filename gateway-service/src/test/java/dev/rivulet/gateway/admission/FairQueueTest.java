// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.identity.Caller.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private static final long AGING = 1_000;

    private final FairQueue<String> queue = new FairQueue<>();
    private long now;

    @Test
    void requestsOfOneKeyComeInOrderOfArrival() {
        add("a1", Admissions.of("a"));
        add("a2", Admissions.of("a"));
        assertThat(all()).containsExactly("a1", "a2");
        assertThat(take()).isEqualTo("nobody");
    }

    @Test
    void keysTakeTurnsHoweverManyRequestsOneOfThemHas() {
        for (int i = 0; i < 100; i++) {
            add("greedy", Admissions.of("greedy"));
        }
        add("polite", Admissions.of("polite"));
        add("other", Admissions.of("other"));
        assertThat(all().subList(0, 4)).contains("polite", "other");
    }

    @Test
    void aKeyWhoseRequestsTakeMoreTokensComesLessOften() {
        for (int i = 0; i < 40; i++) {
            add("long", Admissions.of("long", Priority.NORMAL, 900));
            add("short", Admissions.of("short", Priority.NORMAL, 100));
        }
        assertThat(all().subList(0, 20).stream().filter("long"::equals)).hasSizeBetween(1, 3);
    }

    @Test
    void whatARequestReallyTookIsChargedToItsKey() {
        for (int i = 0; i < 20; i++) {
            add("a", Admissions.of("a"));
            add("b", Admissions.of("b"));
        }
        assertThat(take()).isEqualTo("a");
        queue.charge(Priority.NORMAL, "a", 500);
        assertThat(List.of(take(), take(), take(), take(), take())).containsOnly("b");
    }

    @Test
    void aKeyThatWasAwayHasSavedNothingUp() {
        add("a", Admissions.of("a"));
        for (int i = 0; i < 50; i++) {
            add("a", Admissions.of("a"));
            take();
        }
        for (int i = 0; i < 10; i++) {
            add("late", Admissions.of("late"));
            add("a", Admissions.of("a"));
        }
        assertThat(all().subList(0, 8).stream().filter("late"::equals)).hasSizeBetween(3, 5);
    }

    @Test
    void moreUrgentClassesComeFirst() {
        add("low", Admissions.of("k", Priority.LOW, 1));
        add("normal", Admissions.of("k", Priority.NORMAL, 1));
        add("high", Admissions.of("k", Priority.HIGH, 1));
        assertThat(all()).containsExactly("high", "normal", "low");
    }

    @Test
    void aClassThatIsPassedOverForLongGetsItsTurnNowAndThen() {
        for (int i = 0; i < 100; i++) {
            add("high", Admissions.of("h", Priority.HIGH, 1));
            add("low", Admissions.of("l", Priority.LOW, 1));
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            now += 100;
            order.add(take());
        }
        assertThat(order.subList(0, 19)).containsOnly("high");
        assertThat(order.stream().filter("low"::equals))
                .as("once in about two agings")
                .hasSizeBetween(4, 6);
    }

    @Test
    void inAFullQueueTheKeyThatHoldsMostMakesRoomOrALessUrgentOne() {
        add("a1", Admissions.of("a"));
        add("a2", Admissions.of("a"));
        add("a3", Admissions.of("a"));
        add("b1", Admissions.of("b"));
        assertThat(displacedBy(Admissions.of("c"))).isEqualTo("a3");
        assertThat(displacedBy(Admissions.of("a"))).isEqualTo("nobody");
        assertThat(displacedBy(Admissions.of("c", Priority.LOW, 1))).isEqualTo("nobody");
        add("low", Admissions.of("l", Priority.LOW, 1));
        assertThat(displacedBy(Admissions.of("a"))).isEqualTo("low");
    }

    @Test
    void whoIsAheadIsEveryMoreUrgentOneAndATurnOfEveryOtherKey() {
        for (int i = 0; i < 5; i++) {
            add("a", Admissions.of("a"));
        }
        add("h", Admissions.of("h", Priority.HIGH, 1));
        assertThat(queue.ahead(Priority.NORMAL, "new")).isEqualTo(2);
        assertThat(queue.ahead(Priority.NORMAL, "a")).isEqualTo(6);
        assertThat(queue.ahead(Priority.HIGH, "new")).isEqualTo(1);
    }

    @Test
    void whoGivesUpIsGoneAndCountsNoMore() {
        Waiter<String> waiter = new Waiter<>("a", Admissions.of("a"), now);
        queue.add(waiter);
        add("b", Admissions.of("b"));
        assertThat(queue.remove(waiter)).isTrue();
        assertThat(queue.remove(waiter)).isFalse();
        assertThat(queue.size("a")).isZero();
        assertThat(all()).containsExactly("b");
    }

    private void add(String name, Entrant entrant) {
        queue.add(new Waiter<>(name, entrant, now));
    }

    private String take() {
        Waiter<String> next = queue.poll(now, AGING);
        return next == null ? "nobody" : next.payload();
    }

    private String displacedBy(Entrant newcomer) {
        Waiter<String> displaced = queue.displacedBy(newcomer);
        return displaced == null ? "nobody" : displaced.payload();
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        while (queue.size() > 0) {
            all.add(take());
        }
        return all;
    }
}
