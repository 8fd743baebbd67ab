// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.exchange.Beginning;
import dev.rivulet.gateway.routing.Picker.Candidate;
import dev.rivulet.gateway.routing.Picker.Pick;
import dev.rivulet.gateway.routing.Replica.Served;
import dev.rivulet.gateway.routing.Replica.State;
import dev.rivulet.gateway.routing.RoutingProperties.Strategy;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PickerTest {

    private final Picker picker = new Picker(Strategy.LOCALITY, 1.25, 100, 4);

    @Test
    void theReplicaWithTheFewestOutstandingTokensIsPickedWhereNothingElseDecides() {
        Pick pick = pick(picker, List.of(at("a", 500), at("b", 20), at("c", 90)), prompt(), null);

        assertThat(pick.chosen().replica().id()).isEqualTo("b");
        assertThat(pick.rule()).isEqualTo(Rule.LEAST_TOKENS);
    }

    @Test
    void equalsAreDrawnByLot() {
        List<Candidate> equals = List.of(at("a", 0), at("b", 0));

        assertThat(IntStream.range(0, 2)
                        .mapToObj(lot -> picker.pick(equals, prompt(), null, count -> lot, 0))
                        .map(pick -> pick.chosen().replica().id()))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aSessionStaysWhereItWasAsLongAsThatReplicaIsWithinTheBound() {
        assertThat(rule(List.of(at("a", 90), at("b", 0)), prompt(1), "a")).isEqualTo("a by SESSION");
        assertThat(rule(List.of(at("a", 900), at("b", 0)), prompt(), "a")).isEqualTo("b by LEAST_TOKENS");
        assertThat(rule(List.of(at("b", 0), at("c", 0)), prompt(), "a"))
                .as("its replica has left")
                .startsWith("b by");
    }

    @Test
    void promptsThatBeginAlikeGoToOneReplicaWhateverComesAfter() {
        List<Candidate> all = List.of(at("a", 3), at("b", 2), at("c", 1));
        String first = rule(all, prompt(1, 2, 3, 4), null);

        assertThat(first).endsWith("by PREFIX");
        assertThat(rule(all, prompt(1, 2, 3, 4, 77, 78), null)).isEqualTo(first);
        assertThat(LongStream.range(0, 50)
                        .mapToObj(other -> rule(all, prompt(9, 9, 9, other), null))
                        .distinct())
                .as("others go to all of them")
                .hasSize(3);
    }

    @Test
    void shortInstructionsAreAPrefixOfTheirOwn() {
        List<Candidate> all = List.of(at("a", 0), at("b", 0), at("c", 0));

        assertThat(LongStream.range(0, 20)
                        .mapToObj(question -> rule(all, instructed(2, 5, 6, question, question), null))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void beyondTheBoundThePrefixGoesToTheNextOfItsOrderAndAlwaysToTheSameOne() {
        String first = rule(List.of(at("a", 0), at("b", 0), at("c", 0)), prompt(4), null)
                .substring(0, 1);
        List<Candidate> loaded = List.of("a", "b", "c").stream()
                .map(id -> at(id, id.equals(first) ? 1_000 : 10))
                .toList();

        String next = rule(loaded, prompt(4), null);
        assertThat(next).endsWith("by PREFIX_NEXT").doesNotStartWith(first);
        assertThat(rule(loaded, prompt(4), null)).isEqualTo(next);
    }

    @Test
    void tenantsAndModelsDoNotShareAPrefix() {
        Inquiry one = prompt(1, 2, 3, 4);
        Inquiry other = new Inquiry("m", null, null, "other", false, false, 1, null, one.beginning(), Set.of());

        assertThat(one.prefix(4)).isNotEqualTo(other.prefix(4));
        assertThat(one.sessions()).doesNotContainAnyElementsOf(other.sessions());
    }

    @Test
    void roundRobinTakesTurnsWhateverTheLoad() {
        Picker turns = new Picker(Strategy.ROUND_ROBIN, 1.25, 0, 4);
        List<Candidate> all = List.of(at("b", 900), at("a", 0));

        assertThat(IntStream.range(0, 4)
                        .mapToObj(turn -> turns.pick(all, prompt(1), "a", count -> 0, turn))
                        .map(pick -> pick.chosen().replica().id()))
                .containsExactly("a", "b", "a", "b");
    }

    private String rule(List<Candidate> candidates, Inquiry inquiry, @Nullable String last) {
        Pick pick = pick(picker, candidates, inquiry, last);
        return pick.chosen().replica().id() + " by " + pick.rule();
    }

    private static Pick pick(Picker by, List<Candidate> candidates, Inquiry inquiry, @Nullable String last) {
        return by.pick(candidates, inquiry, last, equals -> 0, 0);
    }

    static Candidate at(String id, long load) {
        Served served = new Served("m", "1", State.READY, 64, load);
        return new Candidate(
                new Choice.Chosen(
                        new Replica(id, URI.create("http://h:1"), Instant.EPOCH, 1, false, List.of(served)), served),
                load);
    }

    private static Inquiry prompt(long... blocks) {
        return instructed(0, blocks);
    }

    private static Inquiry instructed(int instructions, long... blocks) {
        List<Long> all = LongStream.of(blocks).boxed().toList();
        return new Inquiry(
                "m", null, null, "t", false, false, 1, null, new Beginning(null, all, instructions, all), Set.of());
    }
}
