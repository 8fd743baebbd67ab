// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;

/**
 * The threads of one step. Between two products of a step lie microseconds in which only one thread has work; another one that went
 * to sleep meanwhile has to be woken by the kernel, hundreds of times a step.
 *
 * @param count at least 1, the thread that runs the step included
 * @param spinMicros how long a thread without work spins before it sleeps: 0 for not at all, or {@link #UNBOUNDED}
 */
record StepThreads(int count, int spinMicros) {

    /** As long as ONNX Runtime's own default has it: up to half a second, by processor. */
    static final int UNBOUNDED = -1;

    /** Spins over what one thread does alone in a step, and over the gap between steps. */
    static final int WITH_CORES_LEFT = 1000;

    /**
     * Spins over one short operation: as many tokens as with spinning without end on a quiet machine, and at most 3 % fewer than
     * without spinning while another process takes one of two cores.
     */
    static final int WITH_NO_CORE_LEFT = 10;

    void grant(SessionOptions options) throws OrtException {
        options.setIntraOpNumThreads(count);
        options.addConfigEntry("session.intra_op.allow_spinning", spinMicros == 0 ? "0" : "1");
        if (spinMicros > 0) {
            options.addConfigEntry("session.intra_op.spin_duration_us", Integer.toString(spinMicros));
        }
    }
}
