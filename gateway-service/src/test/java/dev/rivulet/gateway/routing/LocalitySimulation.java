// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.exchange.Beginning;
import dev.rivulet.gateway.exchange.Hash64;
import dev.rivulet.gateway.routing.Picker.Candidate;
import dev.rivulet.gateway.routing.Picker.Pick;
import dev.rivulet.gateway.routing.RoutingProperties.Strategy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Three replicas, each keeping the eight prefixes it used last, and 20 shared prefixes whose questions differ. */
class LocalitySimulation {

    private static final long SEED = 20_261_126L;
    private static final int PREFIXES = 20;
    private static final int REQUESTS = 6_000;
    private static final int RUNNING = 24;
    private static final int KEPT = 8;
    private static final long FREE = 2_048;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void prefixesAreFoundFarMoreOftenThanInTurnAndNobodyIsLoadedBeyondTheBound() {
        Outcome locality = run(new Picker(Strategy.LOCALITY, 1.25, FREE, 4), List.of("a", "b", "c"));
        Outcome inTurn = run(new Picker(Strategy.ROUND_ROBIN, 1.25, FREE, 4), List.of("a", "b", "c"));
        System.out.printf(
                "seed %d: hit ratio %.3f by prefix, %.3f in turn; most load over the bound %.0f tokens%n",
                SEED, locality.hits(), inTurn.hits(), locality.beyond());

        assertThat(locality.hits()).as("seed " + SEED).isGreaterThan(0.85).isGreaterThan(1.5 * inTurn.hits());
        assertThat(locality.beyond())
                .as("a replica beyond the bound gets nothing more")
                .isLessThanOrEqualTo(0);
    }

    @Test
    void aReplicaThatComesOrGoesMovesItsShareOnly() {
        Picker picker = new Picker(Strategy.LOCALITY, 1.25, FREE, 4);
        List<Candidate> three = idle("a", "b", "c");
        List<Candidate> four = idle("a", "b", "c", "d");
        int moved = 0;
        int total = 4_000;
        for (int prefix = 0; prefix < total; prefix++) {
            String before = id(picker, three, prefix);
            String after = id(picker, four, prefix);
            assertThat(after).as("nothing moves between those that stay").isIn(before, "d");
            moved += after.equals(before) ? 0 : 1;
        }
        assertThat((double) moved / total).isBetween(0.22, 0.28);
    }

    private record Outcome(double hits, double beyond) {}

    private record Running(Simulated replica, long tokens) {}

    private Outcome run(Picker picker, List<String> replicas) {
        Map<String, Simulated> all = new LinkedHashMap<>();
        replicas.forEach(id -> all.put(id, new Simulated(id)));
        ArrayDeque<Running> running = new ArrayDeque<>();
        int hits = 0;
        double beyond = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < REQUESTS; i++) {
            if (running.size() == RUNNING) {
                Running ended = running.remove();
                ended.replica().load -= ended.tokens();
            }
            long prefix = skewed();
            long tokens = 200 + random.nextInt(1_200);
            List<Candidate> candidates =
                    all.values().stream().map(Simulated::candidate).toList();
            Pick pick = picker.pick(candidates, question(prefix, tokens), null, random::nextInt, i);
            Simulated replica =
                    Objects.requireNonNull(all.get(pick.chosen().replica().id()));
            if (pick.rule() == Rule.PREFIX || pick.rule() == Rule.PREFIX_NEXT) {
                beyond = Math.max(beyond, replica.load - picker.bound(candidates, tokens));
            }
            hits += replica.holds(prefix) ? 1 : 0;
            replica.load += tokens;
            running.add(new Running(replica, tokens));
        }
        return new Outcome((double) hits / REQUESTS, beyond);
    }

    /** A replica as far as routing has to do with it. */
    private static final class Simulated {

        private final String id;
        private final Set<Long> cache = new LinkedHashSet<>();
        private long load;

        Simulated(String id) {
            this.id = id;
        }

        Candidate candidate() {
            return PickerTest.at(id, load);
        }

        /** Whether it has a prefix, which it has from now on, in the place of the one unused for longest. */
        boolean holds(long prefix) {
            boolean hit = cache.remove(prefix);
            cache.add(prefix);
            if (cache.size() > KEPT) {
                cache.remove(cache.iterator().next());
            }
            return hit;
        }
    }

    /** Some prefixes are asked for far more often than others. */
    private long skewed() {
        return (long) (PREFIXES * Math.pow(random.nextDouble(), 2));
    }

    private Inquiry question(long prefix, long tokens) {
        List<Long> blocks = new ArrayList<>(LongStream.range(0, 8)
                .mapToObj(at -> Hash64.mixed(prefix * 100 + at))
                .toList());
        blocks.add(random.nextLong());
        return new Inquiry(
                "m", null, null, "t", false, false, tokens, null, new Beginning(null, blocks, 0, List.of()), Set.of());
    }

    private String id(Picker picker, List<Candidate> candidates, long prefix) {
        return picker.pick(candidates, question(prefix, 1), null, equals -> 0, 0)
                .chosen()
                .replica()
                .id();
    }

    private static List<Candidate> idle(String... ids) {
        return List.of(ids).stream().map(id -> PickerTest.at(id, 0)).toList();
    }
}
