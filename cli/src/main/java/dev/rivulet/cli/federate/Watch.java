// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Follows a federation by asking the service again and again, and tells each round once, when it is over.
 *
 * @param calls the service
 * @param name of the federation
 * @param pause between two looks
 */
public record Watch(FederationCalls calls, String name, Duration pause) {

    /** Rounds whose events are read when the watch begins. */
    static final int MOST_BEFORE = 1000;

    /** Is told of each round that is over, in their order. */
    public interface Listener {
        void over(RoundReport round) throws InterruptedException;
    }

    /**
     * Waits until no further round begins.
     *
     * @param from first round that is told
     * @return the federation as it was at the end
     */
    public JsonNode untilStopped(long from, Listener listener) throws InterruptedException {
        long next = from;
        while (true) {
            JsonNode federation = calls.get(name);
            long newest = federation.path("round").asLong(0);
            for (RoundReport round = over(next, newest); round != null; round = over(next, newest)) {
                listener.over(round);
                next++;
            }
            if (ended(federation) && next > newest) {
                return federation;
            }
            Thread.sleep(pause);
        }
    }

    private @Nullable RoundReport over(long round, long newest) throws InterruptedException {
        RoundReport found = round > newest ? null : calls.round(name, round);
        return found != null && found.over() ? found : null;
    }

    /** Whether no further round begins: it has learnt enough, or somebody stopped it and its round is over. */
    private static boolean ended(JsonNode federation) {
        String state = federation.path("state").asString("");
        boolean between = state.equals("ended") || state.equals("waiting");
        boolean stopped = !federation.path("stopped").asString("").isEmpty();
        return between && (stopped || !federation.path("running").asBoolean(false));
    }

    /** All rounds so far that are over, the oldest first, at most {@link #MOST_BEFORE}. */
    List<RoundReport> soFar() throws InterruptedException {
        long newest = calls.get(name).path("round").asLong(0);
        List<RoundReport> rounds = new ArrayList<>();
        for (long round = Math.max(1, newest - MOST_BEFORE + 1); round <= newest; round++) {
            RoundReport found = over(round, newest);
            if (found != null) {
                rounds.add(found);
            }
        }
        return rounds;
    }
}
