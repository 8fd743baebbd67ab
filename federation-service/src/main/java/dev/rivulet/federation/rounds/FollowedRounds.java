// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Ended;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Rounds of federations that follow another: each begins from a model that is given. Safe for threads. */
@Component
public class FollowedRounds {

    /** Versions that were brought in from above and that no round began from: one for each crash in a moment. */
    private static final int MOST_UNUSED = 1000;

    private final Federations federations;
    private final RoundStore rounds;
    private final Models models;

    FollowedRounds(Federations federations, RoundStore rounds, Models models) {
        this.federations = federations;
        this.rounds = rounds;
        this.models = models;
    }

    /**
     * What a round came to.
     *
     * @param model its new version
     * @param weight sum over its updates
     * @param devices whose updates it counted
     * @param lossBefore mean loss of the model that it began from; null if no device said
     */
    public record Made(
            Parameters model,
            double weight,
            int devices,
            @Nullable Double lossBefore) {}

    /** Whether this instance conducts the federation. */
    public boolean conducted(String federation) {
        return federations.conducting(federation).isPresent();
    }

    /**
     * Has a round begin from a model, or finds the one that began from it and made a version or still may: the same call after a crash
     * is about the same round.
     *
     * @return empty while a round from another model goes on, or if another instance conducts the federation
     */
    public OptionalLong begin(String federation, Parameters base) {
        Conductor conductor = federations.conducting(federation).orElse(null);
        if (conductor == null) {
            return OptionalLong.empty();
        }
        Standing now = conductor.standing();
        RoundState last = RoundState.of(rounds.read(federation, now.round()));
        String sha256 = DeviceKeys.sha256(Models.bytes(base));
        boolean failed = last instanceof Ended ended && ended.aggregated() == null;
        if (!failed && from(federation, last, sha256)) {
            return OptionalLong.of(now.round());
        }
        if (last.soFar().isPresent() && !(last instanceof Ended)) {
            return OptionalLong.empty();
        }
        conductor.begin(broughtIn(federation, latest(now, last), base, sha256));
        return OptionalLong.of(now.round() + 1);
    }

    /** The version that the federation has, also if the round that made it has ended a moment ago. */
    private static long latest(Standing now, RoundState last) {
        Aggregated made = last instanceof Ended ended ? ended.aggregated() : null;
        long known = now.progress().version();
        return made == null ? known : Math.max(made.version(), known);
    }

    private boolean from(String federation, RoundState state, String sha256) {
        return state.soFar()
                .map(Collecting::opened)
                .flatMap(opened -> models.published(federation, opened.base()))
                .filter(version -> version.sha256().equals(sha256))
                .isPresent();
    }

    /** The model as a version of this federation, after one that it has. */
    private long broughtIn(String federation, long after, Parameters base, String sha256) {
        for (long version = after + 1; version <= after + MOST_UNUSED; version++) {
            Optional<ModelVersion> known = models.published(federation, version);
            if (known.isEmpty()) {
                models.store(federation, version, null, base);
                models.publish(federation, version);
                return version;
            }
            if (known.get().sha256().equals(sha256)) {
                return version;
            }
        }
        throw new IllegalStateException(federation + " has too many versions that no round began from");
    }

    /** Whether a round has ended. */
    public boolean ended(String federation, long round) {
        return RoundState.of(rounds.read(federation, round)) instanceof Ended;
    }

    /** What a round that has ended came to; empty if it made no version. */
    public Optional<Made> made(String federation, long round) {
        RoundState state = RoundState.of(rounds.read(federation, round));
        Aggregated made = state instanceof Ended ended ? ended.aggregated() : null;
        if (made == null) {
            return Optional.empty();
        }
        Map<String, Contribution> counted =
                state.soFar().map(Collecting::counted).orElse(Map.of());
        ModelVersion version = models.published(federation, made.version()).orElseThrow();
        Parameters model = models.load(version, models.layout(federation).orElseThrow());
        double weight =
                counted.values().stream().mapToDouble(Contribution::weight).sum();
        return Optional.of(new Made(model, weight, counted.size(), made.lossBefore()));
    }
}
