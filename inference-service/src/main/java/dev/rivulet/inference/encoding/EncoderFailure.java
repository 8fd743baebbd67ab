// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

/** Why a job ended without values. */
public final class EncoderFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Kinds of failures. */
    public enum Reason {
        /** The deadline of the request has passed. */
        EXPIRED,
        /** The batch could not be computed. */
        BROKEN,
        /** What was computed is NaN or infinite. */
        NO_NUMBERS,
        /** The model is no longer served. */
        CLOSED
    }

    EncoderFailure(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
