// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import org.jspecify.annotations.Nullable;

/**
 * How far a version is on this replica.
 *
 * @param problem why it failed, and what happens next
 */
public record Deployment(
        ModelVersion version, State state, @Nullable String problem) {

    /** Loading includes the download. */
    public enum State {
        LOADING,
        READY,
        FAILED
    }
}
