// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.scheduling.StepPlan;

/** Hears what a loop does; called on the loop thread, must be quick. */
interface LoopListener {

    /** A step ran for {@code nanos}. */
    void stepped(ModelVersion version, StepPlan plan, long nanos);

    /** A sequence left. */
    void ended(ModelVersion version, Ending ending);

    /** The loop ended by a fault. */
    void broken(ModelVersion version);
}
