// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.Progress;
import dev.rivulet.federation.rounds.RoundState;
import dev.rivulet.federation.rounds.RoundState.Aggregating;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Ended;
import dev.rivulet.federation.rounds.RoundState.Publishing;
import dev.rivulet.federation.rounds.RoundState.Unopened;
import dev.rivulet.federation.rounds.Standing;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A federation in JSON.
 *
 * @param stopped why no further round begins; null if one may
 * @param round the one that goes on, or the last
 * @param state of that round; {@code waiting} between two
 * @param bestVersion null before the first measure
 * @param unattested participants of the federation that no key stands for
 */
record FederationView(
        String name,
        boolean running,
        @Nullable String stopped,
        long version,
        int versionsMade,
        @Nullable Long bestVersion,
        @Nullable Double bestLoss,
        long round,
        String state,
        int counted,
        int pending,
        int waiting,
        Map<String, String> dropped,
        Set<String> unattested,
        FederationSettings settings) {

    /** @param waiting devices that wait for work */
    static FederationView of(Standing standing, int waiting, Set<String> unattested) {
        Progress progress = standing.progress();
        Collecting collected = standing.state().soFar().orElse(null);
        return new FederationView(
                standing.federation().name(),
                standing.federation().running(),
                standing.stop()
                        .map(stop -> stop.name().toLowerCase(Locale.ROOT))
                        .orElse(null),
                progress.version(),
                progress.rounds(),
                progress.best() < 0 ? null : progress.best(),
                progress.best() < 0 ? null : progress.bestLoss(),
                standing.round(),
                name(standing.state()),
                collected == null ? 0 : collected.counted().size(),
                collected == null ? 0 : collected.pending().size(),
                waiting,
                collected == null ? Map.of() : collected.dropped(),
                new TreeSet<>(unattested),
                standing.federation().settings());
    }

    private static String name(RoundState state) {
        return switch (state) {
            case Unopened() -> "waiting";
            case Collecting _ -> "collecting";
            case Aggregating _ -> "aggregating";
            case Publishing _ -> "publishing";
            case Ended _ -> "ended";
        };
    }
}
