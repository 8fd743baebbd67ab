// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import dev.rivulet.gateway.exchange.Hash64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Picks one of the replicas that can answer a request: where its session is, else where prompts with its beginning go
 * (rendezvous hashing, Thaler and Ravishankar 1998, with bounded loads, Mirrokni et al. 2018), else the one with the fewest
 * outstanding tokens. A replica beyond the bound gets neither a session nor a prefix. Pure.
 *
 * @param strategy how to pick
 * @param loadBound how many times the mean load a replica may have, 1 to 10
 * @param freeTokens load below which a replica is never beyond the bound, in outstanding tokens
 * @param prefixBlocks how many blocks of a prompt say where it goes, 1 to 16
 */
record Picker(RoutingProperties.Strategy strategy, double loadBound, long freeTokens, int prefixBlocks) {

    /** One that can answer. */
    record Candidate(Choice.Chosen chosen, long load) {
        String id() {
            return chosen.replica().id();
        }
    }

    /** The one that shall answer, and why. */
    record Pick(Choice.Chosen chosen, Rule rule) {
        private static Pick of(Candidate candidate, Rule rule) {
            return new Pick(candidate.chosen(), rule);
        }
    }

    /**
     * Picks.
     *
     * @param candidates at least one
     * @param last the id of the replica that had the session last, if that is known
     * @param lot breaks ties, by the number of equals: 0 to that number, exclusive
     * @param turn whose turn it is, any number
     */
    Pick pick(List<Candidate> candidates, Inquiry inquiry, @Nullable String last, IntUnaryOperator lot, int turn) {
        if (candidates.size() == 1) {
            return Pick.of(candidates.getFirst(), Rule.ONLY);
        }
        return switch (strategy) {
            case ROUND_ROBIN -> inTurn(candidates, turn);
            case LEAST_TOKENS -> least(candidates, lot);
            case LOCALITY ->
                session(candidates, inquiry, last)
                        .or(() -> prefix(candidates, inquiry))
                        .orElseGet(() -> least(candidates, lot));
        };
    }

    /** The most that a replica may have outstanding to get a request for its locality. */
    double bound(List<Candidate> candidates, long tokens) {
        long all = candidates.stream().mapToLong(Candidate::load).sum();
        return Math.max(freeTokens, loadBound * (all + tokens) / candidates.size());
    }

    private Optional<Pick> session(List<Candidate> candidates, Inquiry inquiry, @Nullable String last) {
        if (last == null) {
            return Optional.empty();
        }
        double bound = bound(candidates, inquiry.tokens());
        return candidates.stream()
                .filter(one -> one.id().equals(last) && one.load() <= bound)
                .findFirst()
                .map(one -> Pick.of(one, Rule.SESSION));
    }

    private Optional<Pick> prefix(List<Candidate> candidates, Inquiry inquiry) {
        var prefix = inquiry.prefix(prefixBlocks);
        if (prefix.isEmpty()) {
            return Optional.empty();
        }
        double bound = bound(candidates, inquiry.tokens());
        List<Candidate> order = candidates.stream()
                .sorted(Comparator.comparingLong((Candidate one) -> score(prefix.getAsLong(), one.id()))
                        .reversed())
                .toList();
        return order.stream()
                .filter(one -> one.load() <= bound)
                .findFirst()
                .map(one -> Pick.of(one, one == order.getFirst() ? Rule.PREFIX : Rule.PREFIX_NEXT));
    }

    private static Pick least(List<Candidate> candidates, IntUnaryOperator lot) {
        long fewest = candidates.stream().mapToLong(Candidate::load).min().orElseThrow();
        List<Candidate> best =
                candidates.stream().filter(one -> one.load() == fewest).toList();
        return Pick.of(best.get(lot.applyAsInt(best.size())), Rule.LEAST_TOKENS);
    }

    private static Pick inTurn(List<Candidate> candidates, int turn) {
        List<Candidate> order =
                candidates.stream().sorted(Comparator.comparing(Candidate::id)).toList();
        return Pick.of(order.get(Math.floorMod(turn, order.size())), Rule.ROUND_ROBIN);
    }

    private static long score(long key, String replica) {
        return Hash64.mixed(key ^ Hash64.of(replica));
    }
}
