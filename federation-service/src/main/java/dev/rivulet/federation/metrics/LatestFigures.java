// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.metrics;

import dev.rivulet.federation.privacy.PrivacySettings;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Measured;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The figures of one federation that are a state and no event; a figure that nobody knows yet is no gauge. Safe for threads. */
final class LatestFigures {

    private record Privacy(double epsilon, double limit) {}

    private record Accuracy(double latest, double best) {}

    private final MeterRegistry meters;
    private final String federation;
    private volatile @Nullable Privacy privacy;
    private volatile @Nullable Accuracy accuracy;

    LatestFigures(MeterRegistry meters, String federation) {
        this.meters = meters;
        this.federation = federation;
    }

    /** What all rounds up to this charge cost, and may. */
    synchronized void charged(Charged charged, PrivacySettings settings) {
        boolean first = privacy == null;
        privacy = new Privacy(charged.epsilon(), settings.epsilon());
        if (first) {
            gauge(
                    "rivulet.federation.epsilon",
                    "ε that the rounds of the federation have cost",
                    LatestFigures::epsilon);
            gauge("rivulet.federation.epsilon.limit", "ε that they may cost", LatestFigures::epsilonLimit);
        }
    }

    /** How well a version does, if it was measured on a held-out set. */
    synchronized void made(Aggregated version) {
        Measured measured = version.measured();
        if (measured == null) {
            return;
        }
        Accuracy before = accuracy;
        double best = before == null ? measured.accuracy() : Math.max(before.best(), measured.accuracy());
        accuracy = new Accuracy(measured.accuracy(), best);
        if (before == null) {
            gauge(
                    "rivulet.federation.accuracy",
                    "Accuracy of the latest version on the held-out set, from 0 to 1",
                    LatestFigures::accuracy);
            gauge(
                    "rivulet.federation.accuracy.drift",
                    "By how much the latest version is less accurate than the best since the service started",
                    LatestFigures::drift);
        }
    }

    private void gauge(String name, String meaning, ToDoubleFunction<LatestFigures> figure) {
        Gauge.builder(name, this, figure)
                .description(meaning)
                .tag("federation", federation)
                .register(meters);
    }

    private double epsilon() {
        Privacy known = privacy;
        return known == null ? Double.NaN : known.epsilon();
    }

    private double epsilonLimit() {
        Privacy known = privacy;
        return known == null ? Double.NaN : known.limit();
    }

    private double accuracy() {
        Accuracy known = accuracy;
        return known == null ? Double.NaN : known.latest();
    }

    private double drift() {
        Accuracy known = accuracy;
        return known == null ? Double.NaN : known.best() - known.latest();
    }
}
