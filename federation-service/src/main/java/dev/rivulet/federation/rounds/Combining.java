// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.privacy.BufferedRandom;
import dev.rivulet.federation.privacy.NoisyMean;
import dev.rivulet.federation.privacy.PrivacySettings;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next state of a round's updates: by the strategy itself, or, where single devices are hidden, of the noised mean.
 *
 * @param settings that the round began with
 * @param clip of this round, if an earlier one said; null if none did
 * @param random cryptographically strong
 */
record Combining(FederationSettings settings, @Nullable Double clip, RandomGenerator random) {

    /**
     * What came of it.
     *
     * @param clip of the next round; null without noise
     */
    record Combined(ServerState state, @Nullable Double clip) {}

    Combined of(ServerState before, List<Update> updates) {
        PrivacySettings privacy = settings.privacy();
        return privacy == null
                ? new Combined(settings.aggregation().next(before, updates), null)
                : noised(privacy, before, updates);
    }

    private Combined noised(PrivacySettings privacy, ServerState before, List<Update> updates) {
        Aggregation aggregation = settings.aggregation();
        double now = clip == null || privacy.adaptive() == null ? privacy.clip() : clip;
        List<Update> ordered =
                updates.stream().sorted(Comparator.comparing(Update::device)).toList();
        NoisyMean mean = new NoisyMean(
                privacy, aggregation.longest(now), settings.policy().goal());
        NoisyMean.Release release = mean.of(
                ordered.stream().map(update -> update.values().values()).toList(),
                ordered.stream()
                        .map(update -> aggregation.factor(before.version() - update.baseVersion()))
                        .toList(),
                new BufferedRandom(random));
        Parameters noised = new Parameters(before.model().layout(), release.mean());
        return new Combined(aggregation.nextOfMean(before, noised), release.nextClip());
    }
}
