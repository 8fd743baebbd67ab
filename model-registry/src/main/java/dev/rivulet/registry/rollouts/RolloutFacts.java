// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.model.v1.RolloutChanged;
import java.time.Instant;

/** A rollout as replicas and gateways are told of it. */
final class RolloutFacts {

    private RolloutFacts() {}

    static RolloutChanged of(Rollout rollout) {
        return RolloutChanged.newBuilder()
                .setModel(rollout.model().value())
                .setRollout(rollout.id().value())
                .setRevision(rollout.version())
                .setBaseline(rollout.baseline().value())
                .setCandidate(rollout.candidate().value())
                .setState(state(rollout.state()))
                .setPercent(rollout.percent())
                .setSalt(rollout.salt())
                .setReason(rollout.reason())
                .setStartedAt(timestamp(rollout.startedAt()))
                .setChangedAt(timestamp(rollout.changedAt()))
                .build();
    }

    private static dev.rivulet.events.model.v1.RolloutState state(RolloutState state) {
        return switch (state) {
            case RolloutState.Preparing _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_PREPARING;
            case RolloutState.Shadowing _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_SHADOWING;
            case RolloutState.Canary _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_CANARY;
            case RolloutState.Holding _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_HOLDING;
            case RolloutState.Paused _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_PAUSED;
            case RolloutState.Promoted _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_PROMOTED;
            case RolloutState.RolledBack _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_ROLLED_BACK;
            case RolloutState.Aborted _ -> dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_ABORTED;
        };
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
