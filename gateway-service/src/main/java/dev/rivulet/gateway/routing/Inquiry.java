// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Beginning;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Hash64;
import dev.rivulet.gateway.exchange.Passage;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a request decides where it goes.
 *
 * @param version of the model that is wanted; null for the one that answers those who name none
 * @param capability what the model must be able to do; null if anything will do
 * @param tenant whose request it is: a replica's prefix cache is shared by the requests of one tenant alone
 * @param siteOnly whether it must not leave this site
 * @param replicasOnly whether servers of other makes can't answer it
 * @param tokens a rough count of its tokens
 * @param session hash of the session as the caller names it, if he does
 * @param beginning how its prompt begins
 * @param without ids of replicas that were tried already
 */
public record Inquiry(
        String model,
        @Nullable String version,
        @Nullable String capability,
        String tenant,
        boolean siteOnly,
        boolean replicasOnly,
        long tokens,
        @Nullable Long session,
        Beginning beginning,
        Set<String> without) {

    public Inquiry {
        without = Set.copyOf(without);
    }

    public static Inquiry of(Ask ask, Set<String> without) {
        Passage passage = ask.passage();
        Beginning beginning = ask.envelope().beginning();
        boolean counts = ask.counts();
        return new Inquiry(
                ask.envelope().model(),
                ask.version().orElse(null),
                Endpoint.at(counts ? Endpoint.CHAT.path() : ask.path())
                        .map(Endpoint::capability)
                        .orElse(null),
                passage.caller(),
                passage.isSiteOnly(),
                counts,
                ask.envelope().tokens(),
                passage.session().map(Hash64::of).orElse(beginning.session()),
                beginning,
                without);
    }

    /** The same for replicas of this platform alone. */
    public Inquiry ofReplicas() {
        return new Inquiry(model, version, capability, tenant, siteOnly, true, tokens, session, beginning, without);
    }

    /** One for a model, of which nothing more is known. */
    static Inquiry about(String model, Set<String> without) {
        return new Inquiry(model, null, null, "-", false, false, 1, null, Beginning.UNKNOWN, without);
    }

    /** One that a replica is to answer later, at this path. */
    public static Inquiry later(String model, String path, String tenant) {
        return new Inquiry(
                model,
                null,
                Endpoint.at(path).map(Endpoint::capability).orElse(null),
                tenant,
                false,
                true,
                1,
                null,
                Beginning.UNKNOWN,
                Set.of());
    }

    /** Names under which its session may be remembered, the surest first; salted by tenant and model. */
    List<Long> sessions() {
        return session == null ? beginning.turns().stream().map(this::salted).toList() : List.of(salted(session));
    }

    /**
     * The name of the beginning that it shares with others.
     *
     * @param blocks how many blocks of the prompt make it at most, at least 1; fewer where its instructions are shorter
     */
    OptionalLong prefix(int blocks) {
        List<Long> known = beginning.blocks();
        if (known.isEmpty()) {
            return OptionalLong.empty();
        }
        int shared = beginning.instructions() == 0 ? known.size() : beginning.instructions();
        return OptionalLong.of(salted(known.get(Math.min(blocks, shared) - 1)));
    }

    private long salted(long hash) {
        return Hash64.mixed(Hash64.next(Hash64.next(hash, tenant), model));
    }
}
