// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.announcements;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.federation.v1.RoundChanged;
import dev.rivulet.events.federation.v1.RoundPhase;
import dev.rivulet.federation.rounds.RoundEvent;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Closed;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Published;
import dev.rivulet.federation.rounds.RoundState;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Ended;
import dev.rivulet.federation.rounds.RoundState.Publishing;
import dev.rivulet.federation.rounds.Witness.Step;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A round as readers of its topic are told of it. */
final class RoundFacts {

    private RoundFacts() {}

    /** The fact of the last event that begins a phase; empty if none does. */
    static Optional<RoundChanged> of(Step step) {
        RoundEvent last = step.events().getLast();
        RoundPhase phase = phase(last);
        if (phase == RoundPhase.ROUND_PHASE_UNSPECIFIED) {
            return Optional.empty();
        }
        RoundChanged.Builder fact = RoundChanged.newBuilder()
                .setFederation(step.federation())
                .setRound(step.round())
                .setRevision(step.revision())
                .setPhase(phase)
                .setReason(reason(last))
                .setChangedAt(timestamp(last.at()));
        if (last instanceof Opened opened) {
            fact.setBaseVersion(opened.base()).setSelected(opened.devices().size());
        } else {
            described(fact, step.state().get());
        }
        return Optional.of(fact.build());
    }

    private static void described(RoundChanged.Builder fact, RoundState state) {
        state.soFar().ifPresent(collected -> collected(fact, collected));
        made(
                fact,
                switch (state) {
                    case Publishing publishing -> publishing.aggregated();
                    case Ended ended -> ended.aggregated();
                    default -> null;
                });
    }

    private static RoundPhase phase(RoundEvent event) {
        return switch (event) {
            case Opened _ -> RoundPhase.ROUND_PHASE_OPENED;
            case Closed _ -> RoundPhase.ROUND_PHASE_CLOSED;
            case Aggregated _ -> RoundPhase.ROUND_PHASE_AGGREGATED;
            case Published _ -> RoundPhase.ROUND_PHASE_PUBLISHED;
            case Failed _ -> RoundPhase.ROUND_PHASE_FAILED;
            default -> RoundPhase.ROUND_PHASE_UNSPECIFIED;
        };
    }

    private static String reason(RoundEvent event) {
        return switch (event) {
            case Closed closed -> closed.why().name().toLowerCase(Locale.ROOT);
            case Failed failed -> failed.why().name().toLowerCase(Locale.ROOT);
            default -> "";
        };
    }

    private static void collected(RoundChanged.Builder fact, Collecting collected) {
        fact.setBaseVersion(collected.opened().base())
                .setSelected(collected.opened().devices().size())
                .setCounted(collected.counted().size())
                .setDropped(collected.dropped().size());
    }

    private static void made(RoundChanged.Builder fact, @Nullable Aggregated made) {
        if (made != null) {
            fact.setVersion(made.version()).setSha256(made.sha256());
            if (made.lossBefore() != null) {
                fact.setLossBefore(made.lossBefore());
            }
        }
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
