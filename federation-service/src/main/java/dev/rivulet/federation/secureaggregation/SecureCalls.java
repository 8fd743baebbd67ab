// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Contribution;
import dev.rivulet.federation.rounds.Decision;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundsSettings;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.federation.secureaggregation.LiveRound.Asking;
import dev.rivulet.federation.secureaggregation.Verdict.Fit;
import dev.rivulet.federation.secureaggregation.Verdict.Refused;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Takes what devices send in secure rounds: a vector counts in the round before it is added to the sum. Safe for threads. */
@Component
public class SecureCalls {

    private final Federations federations;
    private final Models models;
    private final LiveRounds rounds;
    private final RoundsSettings settings;
    private final Clock clock;

    SecureCalls(Federations federations, Models models, LiveRounds rounds, RoundsSettings settings, Clock clock) {
        this.federations = federations;
        this.models = models;
        this.rounds = rounds;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Takes the message of a step.
     *
     * @param body of the message; empty to wait on for the answer to one that was taken before
     * @return completes with the answer when the step has closed, or with nothing after the longest wait
     * @throws RefusedException if it is not taken, or the round fails meanwhile
     */
    public CompletableFuture<Optional<byte[]>> send(Device device, long round, Step step, byte[] body) {
        LiveRound live = rounds.find(device.federation(), round).orElseGet(() -> begun(device, round));
        String id = device.id().toString();
        Asking asking = (at, fit) -> ask(device, round, at, fit, body.length);
        CompletableFuture<Optional<byte[]>> answer = live.send(id, step, body, clock.instant(), asking);
        if (live.ready()) {
            federations.wake(device);
        }
        return answer.completeOnTimeout(Optional.empty(), settings.longestWait().toMillis(), TimeUnit.MILLISECONDS);
    }

    private LiveRound begun(Device device, long round) {
        requireOpen(device, round);
        Standing standing = federations.standing(device);
        if (standing.round() == round && standing.state() instanceof Collecting at) {
            if (at.opened().secure() == null) {
                throw new RefusedException(RefusalCode.NOT_FOUND, "the round sums nothing securely");
            }
            int dimensions = models.layout(device.federation()).orElseThrow().size();
            LiveRound live = rounds.begun(standing.federation(), round, at, dimensions);
            if (live.round() == round) {
                return live;
            }
        }
        throw new RefusedException(RefusalCode.LATE, "the round is over");
    }

    private void requireOpen(Device device, long round) {
        if (federations.objection(device, round).orElse(null)
                instanceof Decision.Refused(RefusalCode code, String detail)) {
            throw new RefusedException(code, detail);
        }
    }

    /** Whether the round still wants the device; with a vector, it counts from here on. */
    private Optional<Refused> ask(Device device, long round, Step step, Fit fit, int size) {
        return switch (step) {
            case KEYS, SHARES -> federations.objection(device, round).map(SecureCalls::refused);
            case VECTOR -> {
                Contribution contribution = new Contribution(fit.sha256(), size, 0, Map.of());
                Decision decision =
                        federations.offer(device, round, new Usable(device.id().toString(), contribution));
                yield decision instanceof Decision.Refused no ? Optional.of(refused(no)) : Optional.empty();
            }
            case SURVIVORS, UNMASK -> Optional.empty();
        };
    }

    private static Refused refused(Decision.Refused no) {
        return new Refused(no.code(), no.detail());
    }
}
