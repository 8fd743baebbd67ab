// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import org.jspecify.annotations.Nullable;

/** A stage gave no value, for a reason that is the run's and not the work's own. */
public final class StageFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The reasons. */
    public enum Reason {
        /** As many jobs wait for the stage as may. */
        QUEUE_FULL,
        /** It did not end in time. */
        DEADLINE,
        /** The job was cancelled. */
        CANCELLED,
        /** What it takes is not there. */
        INPUT_MISSING,
        /** Its value is larger than the context store takes. */
        VALUE_TOO_LARGE,
        /** A value that comes in parts came without any. */
        EMPTY,
        /** An earlier run of the job has begun it, and nobody knows how far that came; it must not be done twice. */
        MAY_HAVE_ACTED,
        /** Nobody could tell whether an earlier run of the job has begun it; it must not be done twice. */
        UNCLAIMED,
        /** It threw, or did what its kind does not do. */
        BROKEN
    }

    private final Reason reason;

    StageFailure(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, cause != null);
        this.reason = reason;
    }

    StageFailure(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }
}
