// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.metrics;

import dev.rivulet.federation.privacy.PrivacySettings;
import dev.rivulet.federation.rounds.Contribution;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.FederationStore;
import dev.rivulet.federation.rounds.RoundEvent;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Published;
import dev.rivulet.federation.rounds.RoundEvent.Terms;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundStore;
import dev.rivulet.federation.rounds.Witness;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Measures each round once, when its end is committed. */
@Component
class RoundMeters implements Witness {

    private final MeterRegistry meters;
    private final FederationStore federations;
    private final RoundStore rounds;
    private final Map<String, LatestFigures> latest = new ConcurrentHashMap<>();

    RoundMeters(MeterRegistry meters, FederationStore federations, RoundStore rounds) {
        this.meters = meters;
        this.federations = federations;
        this.rounds = rounds;
    }

    /** What was spent before the service started stays spent. */
    @EventListener(ApplicationReadyEvent.class)
    void spentBefore() {
        for (Federation federation : federations.all()) {
            PrivacySettings privacy = federation.settings().privacy();
            List<Charged> charges = privacy == null ? List.of() : rounds.charges(federation.name());
            if (privacy != null && !charges.isEmpty()) {
                figures(federation.name()).charged(charges.getLast(), privacy);
            }
        }
    }

    @Override
    public void made(Federation federation) {
        // It has no round yet.
    }

    @Override
    public void running(String federation, boolean running) {
        // A round that goes on is measured at its end.
    }

    @Override
    public void wentOn(Step step) {
        for (RoundEvent event : step.events()) {
            switch (event) {
                case Aggregated version ->
                    committed(() -> figures(step.federation()).made(version));
                case Published published -> ended(step, published.at(), "published");
                case Failed failed ->
                    ended(step, failed.at(), failed.why().name().toLowerCase(Locale.ROOT));
                default -> {}
            }
        }
    }

    private void ended(Step step, Instant at, String outcome) {
        Collecting collected = step.state().get().soFar().orElseThrow();
        committed(() -> measure(step.federation(), collected, at, outcome));
    }

    private static void committed(Runnable measuring) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            measuring.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                measuring.run();
            }
        });
    }

    private void measure(String federation, Collecting collected, Instant end, String outcome) {
        Timer.builder("rivulet.federation.round")
                .description("From the selection of the devices to the end of the round")
                .tag("federation", federation)
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(10))
                .maximumExpectedValue(Duration.ofMinutes(10))
                .register(meters)
                .record(Duration.between(collected.opened().at(), end));
        devices(federation, "counted", collected.counted().size());
        devices(federation, "dropped", collected.dropped().size());
        // Where updates come at any time, who has not answered yet may do so in the next round.
        devices(
                federation,
                collected.opened().asynchronous() ? "carried" : "late",
                collected.pending().size());
        DistributionSummary sizes = DistributionSummary.builder("rivulet.federation.update.size")
                .description("Bytes of an update that counts, as it was sent")
                .baseUnit("bytes")
                .tag("federation", federation)
                .register(meters);
        collected.counted().values().stream().mapToLong(Contribution::size).forEach(sizes::record);
        Charged charged = collected.charged();
        PrivacySettings privacy = privacy(collected);
        if (charged != null && privacy != null) {
            figures(federation).charged(charged, privacy);
        }
    }

    private static @Nullable PrivacySettings privacy(Collecting collected) {
        Terms terms = collected.opened().terms();
        FederationSettings settings = terms == null ? null : terms.settings();
        return settings == null ? null : settings.privacy();
    }

    private void devices(String federation, String outcome, int devices) {
        Counter.builder("rivulet.federation.round.devices")
                .description("Devices that rounds asked, by what came of it")
                .tag("federation", federation)
                .tag("outcome", outcome)
                .register(meters)
                .increment(devices);
    }

    private LatestFigures figures(String federation) {
        return latest.computeIfAbsent(federation, name -> new LatestFigures(meters, name));
    }
}
