package dev.rivulet.federation.audit;

import dev.rivulet.audit.AuditEvent;
import dev.rivulet.audit.AuditEvent.DeviceRefused;
import dev.rivulet.audit.AuditEvent.FederationChanged;
import dev.rivulet.audit.AuditEvent.OptOutRecorded;
import dev.rivulet.audit.AuditEvent.RoundClosed;
import dev.rivulet.audit.AuditEvent.RoundFailed;
import dev.rivulet.audit.AuditEvent.RoundOpened;
import dev.rivulet.audit.AuditEvent.VersionPublished;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.handover.Destination;
import dev.rivulet.federation.handover.Handover;
import dev.rivulet.federation.handover.Handovers.HandedOver;
import dev.rivulet.federation.handover.Handovers.Redirected;
import dev.rivulet.federation.participants.Participants.OptingOut;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationStore;
import dev.rivulet.federation.rounds.RoundEvent;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Dropped;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.Witness;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    private final SettingsDigest digest;

    AuditWitness(AuditLogs logs, FederationStore federations, SettingsDigest digest) {
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
                Optional.of(new RoundOpened(
                        step.round(),
                        Long.toString(opened.base()),
                        opened.devices().size()));
            case Dropped dropped
            when REFUSALS.contains(dropped.reason()) ->
                Optional.of(new DeviceRefused(logs.pseudonym(step.federation(), dropped.device()), dropped.reason()));
            case Aggregated made -> Optional.of(closed(step, made));
            case Failed failed ->
                Optional.of(new RoundFailed(
                        step.round(),
                        failed.why().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        null));
            default -> Optional.empty();
        };
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
                null,
                null,
                false);
    }
}
