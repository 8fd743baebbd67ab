// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit;

import dev.rivulet.audit.AuditEvent;
import dev.rivulet.audit.AuditEvent.DeviceRefused;
import dev.rivulet.audit.AuditEvent.FederationChanged;
import dev.rivulet.audit.AuditEvent.OptOutRecorded;
import dev.rivulet.audit.AuditEvent.RoundClosed;
import dev.rivulet.audit.AuditEvent.RoundFailed;
import dev.rivulet.audit.AuditEvent.RoundOpened;
import dev.rivulet.audit.AuditEvent.VersionPublished;
import dev.rivulet.audit.PrivacySpend;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.attestation.Attestations.Required;
import dev.rivulet.federation.attestation.Requirement;
import dev.rivulet.federation.handover.Destination;
import dev.rivulet.federation.handover.Handover;
import dev.rivulet.federation.handover.Handovers.HandedOver;
import dev.rivulet.federation.handover.Handovers.Redirected;
import dev.rivulet.federation.participants.Participants.OptingOut;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationStore;
import dev.rivulet.federation.rounds.RoundEvent;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Dropped;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundStore;
import dev.rivulet.federation.rounds.Witness;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes down what happens in federations, in the transaction in which it does. Single updates that count are told of at the end. */
@Component
class AuditWitness implements Witness {

    private static final Set<String> REFUSALS = Arrays.stream(RefusalCode.values())
            .filter(code -> code != RefusalCode.OPTED_OUT)
            .map(RefusalCode::wire)
            .collect(Collectors.toUnmodifiableSet());

    private final AuditLogs logs;
    private final FederationStore federations;
    private final RoundStore rounds;
    private final SettingsDigest digest;

    AuditWitness(AuditLogs logs, FederationStore federations, RoundStore rounds, SettingsDigest digest) {
        this.rounds = rounds;
        this.logs = logs;
        this.federations = federations;
        this.digest = digest;
    }

    @Override
    public void made(Federation federation) {
        logs.created(federation);
    }

    @Override
    public void running(String federation, boolean running) {
        change(federation, running ? "rounds begin" : "no further round begins");
    }

    @Override
    public void changed(String federation) {
        change(federation, "other settings from the next round on");
    }

    private void change(String federation, String what) {
        Federation changed = federations.find(federation).orElseThrow();
        logs.write(federation, new FederationChanged(digest.of(changed.settings()), what));
    }

    @EventListener
    void optingOut(OptingOut event) {
        logs.write(
                event.federation(),
                new OptOutRecorded(
                        logs.pseudonym(event.federation(), event.device().toString())));
    }

    @EventListener
    void redirected(Redirected event) {
        Destination to = event.destination();
        change(
                event.federation(),
                to == null
                        ? "versions go into no registry"
                        : "of the versions those that " + to.every() + " divides go into the registry as "
                                + to.model());
    }

    @EventListener
    void required(Required event) {
        Requirement wanted = event.requirement();
        change(
                event.federation(),
                wanted == null
                        ? "devices enrol by a token alone"
                        : "devices that enrol show what they run: "
                                + wanted.kind().name().toLowerCase(Locale.ROOT));
    }

    /** The digest is the one that the round's entry has: of the values, in whatever format the registry keeps them. */
    @EventListener
    void handedOver(HandedOver event) {
        Handover handover = event.handover();
        logs.write(handover.federation(), new VersionPublished(Long.toString(handover.version()), handover.sha256()));
    }

    @Override
    public void wentOn(Step step) {
        for (RoundEvent event : step.events()) {
            entry(step, event).ifPresent(entry -> logs.write(step.federation(), entry));
        }
    }

    private Optional<AuditEvent> entry(Step step, RoundEvent event) {
        return switch (event) {
            case Opened opened ->
                Optional.of(new RoundOpened(step.round(), Long.toString(opened.base()), mayContribute(opened)));
            case Dropped dropped
            when REFUSALS.contains(dropped.reason()) ->
                Optional.of(new DeviceRefused(logs.pseudonym(step.federation(), dropped.device()), dropped.reason()));
            case Aggregated made -> Optional.of(closed(step, made));
            case Failed failed ->
                Optional.of(new RoundFailed(
                        step.round(),
                        failed.why().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        spent(step)));
            default -> Optional.empty();
        };
    }

    /** In a round whose updates come at any time, others are given work later: as many count as it wants. */
    private static int mayContribute(Opened opened) {
        return opened.asynchronous()
                ? Math.max(opened.devices().size(), opened.policy().goal())
                : opened.devices().size();
    }

    /** What all rounds were charged up to this one, if it was: the log tells a whole that never goes down. */
    private @Nullable PrivacySpend spent(Step step) {
        if (step.state().get().soFar().map(Collecting::charged).isEmpty()) {
            return null;
        }
        PrivacySpend total = null;
        for (Charged charge : rounds.charges(step.federation())) {
            total = PrivacySpend.upTo(total, charge.epsilon(), charge.delta());
        }
        return total;
    }

    private RoundClosed closed(Step step, Aggregated made) {
        Collecting collected = step.state().get().soFar().orElseThrow();
        List<String> contributors = collected.counted().keySet().stream()
                .map(device -> logs.pseudonym(step.federation(), device))
                .toList();
        Federation federation = federations.find(step.federation()).orElseThrow();
        return new RoundClosed(
                step.round(),
                Long.toString(made.version()),
                made.sha256(),
                federation.settings().aggregation().strategy().name(),
                contributors,
                spent(step),
                null,
                collected.opened().secure() != null);
    }
}
