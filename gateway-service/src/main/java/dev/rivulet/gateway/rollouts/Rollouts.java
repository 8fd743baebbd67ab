// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.routing.Routes;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The rollouts that are under way, and which version of a model a request belongs to. Safe for use by many threads. */
public final class Rollouts {

    private static final int MOST_MODELS = 10_000;

    private final Map<String, Rollout> newest = new ConcurrentHashMap<>();
    /** Steps that this gateway heard of as they were taken, until the candidate has answered the first request of one. */
    private final Map<String, Long> fresh = new ConcurrentHashMap<>();

    private final Routes routes;
    private final RolloutProperties.Unnamed unnamed;

    Rollouts(Routes routes, RolloutProperties.Unnamed unnamed) {
        this.routes = routes;
        this.unnamed = unnamed;
    }

    /** Takes in the newest state of the newest rollout of a model; what is not newer is ignored. */
    public void changed(RolloutChanged event) {
        Rollout rollout = Rollout.of(event);
        if (newest.size() < MOST_MODELS || newest.containsKey(rollout.model())) {
            newest.merge(rollout.model(), rollout, (known, next) -> {
                if (next.grows(known)) {
                    fresh.put(next.model(), next.revision());
                }
                return next.supersedes(known) ? next : known;
            });
        }
    }

    /** Whether this is the first answer of the candidate in a step of which this gateway heard as it was taken; true once. */
    boolean isFirstAnswer(Rollout rollout) {
        return fresh.remove(rollout.model(), rollout.revision());
    }

    /** The registry forgot the rollouts of a model. */
    public void forgotten(String model) {
        newest.remove(model);
        fresh.remove(model);
    }

    /**
     * A rollout that is under way.
     *
     * @param percent of a hundred sessions, how many the candidate answers
     * @param state in small letters
     */
    public record UnderWay(String model, String baseline, String candidate, int percent, String state) {}

    /** All that are under way, by their models. */
    public List<UnderWay> underWay() {
        String prefix = "rollout_state_";
        return newest.values().stream()
                .filter(Rollout::underWay)
                .sorted(Comparator.comparing(Rollout::model))
                .map(one -> new UnderWay(
                        one.model(),
                        one.baseline(),
                        one.candidate(),
                        one.percent(),
                        one.state().name().toLowerCase(Locale.ROOT).replaceFirst("^" + prefix, "")))
                .toList();
    }

    /** The rollout of a model that is under way, if there is one. */
    Optional<Rollout> underWay(String model) {
        return Optional.ofNullable(newest.get(model)).filter(Rollout::underWay);
    }

    /**
     * The version of a model that answers a request, as far as is known before it does: that which has answered it already, else
     * that which it belongs to, else the one that all replicas have.
     *
     * @param model that of the request, or one of those behind its name
     */
    public Optional<String> version(Ask ask, String model) {
        return ask.passage()
                .version(model)
                .or(() -> underWay(model)
                        .map(rollout -> side(ask, rollout))
                        .filter(version -> routes.isReady(model, version))
                        .or(() -> routes.version(model)));
    }

    private String side(Ask ask, Rollout rollout) {
        boolean candidate =
                rollout.isForCandidate(session(ask)) && routes.isReady(rollout.model(), rollout.candidate());
        return candidate ? rollout.candidate() : rollout.baseline();
    }

    /**
     * What a request is split by: the session that its caller names in a header or in the body, within his key; without one, what
     * the settings say.
     */
    String session(Ask ask) {
        Passage passage = ask.passage();
        Long inBody = ask.envelope().beginning().session();
        String named = passage.session().orElse(inBody == null ? "" : Long.toHexString(inBody));
        if (!named.isEmpty()) {
            return passage.caller() + " " + named;
        }
        return switch (unnamed) {
            case KEY -> passage.caller();
            case REQUEST -> passage.id();
        };
    }
}
