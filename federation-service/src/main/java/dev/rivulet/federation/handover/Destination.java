// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a federation's versions go.
 *
 * @param model of the registry: lower-case letters, digits, dots, underscores and hyphens, at most 63; made there if it is missing
 * @param task of that model as the registry knows it, where it is made; {@code other}, which no replica serves, unless given
 * @param every which versions go: those whose number this divides, 1 to 10,000
 * @param rollout what {@code POST /api/rollouts} of the registry takes, without model and candidate; null for none
 * @param adapter of what the tensors are B, so that a model goes that replicas serve; null if the tensors go as they are
 */
public record Destination(
        String model,
        @Nullable String task,
        @Nullable Integer every,
        @Nullable Map<String, Object> rollout,
        @Nullable AdapterOf adapter) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final int MOST_EVERY = 10_000;
    private static final int MOST_FIELDS = 32;
    private static final Set<String> OURS = Set.of("model", "candidate", "by", "reason");

    public Destination {
        if (model == null || !NAME.matcher(model).matches()) {
            throw new IllegalArgumentException(
                    "model has 1 to 63 lower-case letters, digits, dots, underscores and hyphens");
        }
        task = task == null ? "other" : task;
        every = every == null ? 1 : every;
        if (every < 1 || every > MOST_EVERY) {
            throw new IllegalArgumentException("every is 1 to " + MOST_EVERY);
        }
        if (rollout != null) {
            if (rollout.size() > MOST_FIELDS || rollout.keySet().stream().anyMatch(OURS::contains)) {
                throw new IllegalArgumentException("rollout is what POST /api/rollouts takes, without " + OURS);
            }
            rollout = Map.copyOf(rollout);
        }
    }

    /** For tensors that go as they are. */
    public Destination(
            String model, @Nullable String task, @Nullable Integer every, @Nullable Map<String, Object> rollout) {
        this(model, task, every, rollout, null);
    }

    /** Whether a version goes there. */
    boolean wants(long version) {
        return version % (every == null ? 1 : every) == 0;
    }
}
