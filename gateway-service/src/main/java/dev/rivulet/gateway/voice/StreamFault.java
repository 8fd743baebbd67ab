// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.problems.ProblemCode;

/** Ends a stream of sound: what the caller is told, and the status with which the socket is closed. */
final class StreamFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final int status;

    StreamFault(ProblemCode code, int status, String message) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
    }

    ProblemCode code() {
        return code;
    }

    /** As RFC 6455 numbers them. */
    int status() {
        return status;
    }
}
