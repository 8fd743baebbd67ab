// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the registry says of every model, put together from its two topics, in whatever order they come: the champion, and the
 * versions that a rollout wants beside it. Thread-safe.
 */
final class RegistryView {

    private final ModelDeployments deployments;
    private final Map<String, Known> models = new HashMap<>();

    /** The newest words about one model. */
    private static final class Known {
        private @Nullable ModelVersionChanged model;
        private @Nullable Rollout rollout;
    }

    RegistryView(ModelDeployments deployments) {
        this.deployments = deployments;
    }

    /**
     * Takes in the newest state of a model; an older revision is ignored.
     *
     * @throws IllegalArgumentException if its champion is malformed
     */
    synchronized void changed(ModelVersionChanged event) {
        Known known = models.computeIfAbsent(event.getModel(), name -> new Known());
        if (known.model == null || event.getRevision() > known.model.getRevision()) {
            Optional<ModelManifest> champion = ModelManifest.champion(event);
            known.model = event;
            deployments.want(event.getModel(), champion, beside(known));
        }
    }

    /** The registry forgot a model. */
    synchronized void forgotten(String model) {
        Known known = models.get(model);
        if (known != null) {
            known.model = null;
            deployments.want(model, Optional.empty(), List.of());
        }
    }

    /** Takes in the newest state of the newest rollout of a model; what is not newer is ignored. */
    synchronized void changed(String model, Rollout rollout) {
        Known known = models.computeIfAbsent(model, name -> new Known());
        if (known.rollout == null || rollout.supersedes(known.rollout)) {
            known.rollout = rollout;
            deployments.wantBeside(model, beside(known));
        }
    }

    /** The registry forgot the rollouts of a model. */
    synchronized void forgottenRollout(String model) {
        Known known = models.get(model);
        if (known != null) {
            known.rollout = null;
            deployments.wantBeside(model, List.of());
        }
    }

    private static List<Beside> beside(Known known) {
        Rollout rollout = known.rollout;
        ModelVersionChanged model = known.model;
        if (rollout == null || model == null) {
            return List.of();
        }
        String champion = ModelManifest.championOf(model).orElse("");
        Instant changedAt = Times.instant(model.getChangedAt());
        if (!rollout.underWay()) {
            return rollout.awaitsChampion(champion, changedAt)
                    ? List.of(beside(model, rollout.candidate(), true))
                    : List.of();
        }
        Set<String> versions = new LinkedHashSet<>(List.of(rollout.baseline(), rollout.candidate()));
        versions.remove(champion);
        List<Beside> beside = new ArrayList<>();
        versions.forEach(version -> beside.add(beside(model, version, false)));
        return beside;
    }

    private static Beside beside(ModelVersionChanged model, String version, boolean ifLoaded) {
        try {
            return ModelManifest.of(model, version)
                    .map(manifest -> new Beside(manifest.version(), manifest, null, ifLoaded))
                    .orElseGet(() ->
                            refused(model, version, "the registry names no such version that a replica can serve"));
        } catch (IllegalArgumentException e) {
            return refused(model, version, String.valueOf(e.getMessage()));
        }
    }

    private static Beside refused(ModelVersionChanged model, String version, String problem) {
        return new Beside(new ModelVersion(model.getModel(), version), null, problem, true);
    }

    /**
     * A version that is wanted beside the champion.
     *
     * @param manifest null if there is none that can be loaded
     * @param problem why
     * @param ifLoaded whether it stays if it is loaded, and is not loaded if it isn't
     */
    record Beside(
            ModelVersion version,
            @Nullable ModelManifest manifest,
            @Nullable String problem,
            boolean ifLoaded) {}
}
