// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Where values of finished stages lie beyond the run of their job, by the job's key, so that another executor can take the job up.
 * Bounded in size and time, and in how long it is waited for: what it returns completes by itself, or fails where the store can't be
 * asked. Whoever does not know a key finds nothing under it. Safe for use by many threads.
 */
public interface CheckpointStore {

    /** Whether a stage that acts may begin. */
    enum Claim {
        /** Nobody has begun it before. */
        FIRST,
        /** It was begun before. */
        TAKEN
    }

    /** The values that earlier runs of a job have left, by stage; none where they are too old. */
    CompletionStage<Map<String, byte[]>> found(String key);

    /** Keeps a value instead of one that there is; false where it, or all of its job, is larger than may be. */
    CompletionStage<Boolean> keep(String key, String stage, byte[] value);

    /** Asks to begin a stage that must not begin twice; of all who ask, in all processes, one is the first. */
    CompletionStage<Claim> claim(String key, String stage);

    /** Forgets what is kept of a job. @param but values and claims of these stages, which are kept as long as they would be */
    CompletionStage<Void> drop(String key, Set<String> but);
}
