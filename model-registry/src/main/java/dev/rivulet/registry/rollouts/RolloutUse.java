// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.catalog.VersionUse;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** A rollout needs its candidate and its baseline until it has ended: either of them may serve all in the end. */
@Component
class RolloutUse implements VersionUse {

    private final RolloutStore store;

    RolloutUse(RolloutStore store) {
        this.store = store;
    }

    @Override
    public Optional<String> of(ModelName model, VersionName version) {
        return store.active().stream()
                .filter(rollout -> rollout.model().equals(model))
                .filter(rollout -> rollout.candidate().equals(version)
                        || rollout.baseline().equals(version))
                .findFirst()
                .map(rollout -> "the rollout " + rollout.id() + ", which has not ended; abort it first");
    }
}
