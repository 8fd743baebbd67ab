// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import dev.rivulet.events.inference.v1.ShadowCompared;

/** Hears what mirrored requests came to. */
public interface ShadowResults {

    /** Returns at once; a result that can't be told on is lost. */
    void compared(ShadowCompared result);
}
