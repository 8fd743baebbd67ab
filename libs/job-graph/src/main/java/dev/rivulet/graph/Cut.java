// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

/** Why a stage was stopped before it ended by itself. */
public enum Cut {
    /** Its own deadline, or that of its job, has passed. */
    DEADLINE,
    /** Nobody wants the answer any more. */
    CANCELLED
}
