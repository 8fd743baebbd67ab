// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.time.Duration;

/** Runs something later. */
@FunctionalInterface
public interface Timer {

    /** @return keeps it from running, where it has not */
    Runnable after(Duration time, Runnable action);
}
