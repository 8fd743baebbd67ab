// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.aggregation.Aggregation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Federations and contributions for tests. */
public final class Samples {

    static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    static final RoundPolicy POLICY =
            new RoundPolicy(4, 2, 1.5, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20));
    static final Contribution CONTRIBUTION = new Contribution("00", 10, 1, Map.of("loss-before", 1.0));

    private Samples() {}

    static FederationSettings settings(Stopping stopping) {
        return new FederationSettings(
                POLICY,
                Aggregation.FED_AVG,
                new FederationSettings.Training(1, 10, 0.1f, 0),
                new FederationSettings.Limits(1000, 1000, 1000),
                new FederationSettings.Energy(20, false),
                stopping);
    }

    /** A federation that runs, for so many rounds. */
    public static Federation federation(int mostRounds) {
        return new Federation("sample", settings(new Stopping(mostRounds, 0, 0, 1000)), true);
    }
}
