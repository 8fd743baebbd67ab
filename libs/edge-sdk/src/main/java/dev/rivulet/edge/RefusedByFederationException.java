// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import dev.rivulet.devices.v1.Refusal;
import java.time.Duration;

/** The federation refused a request; sending it again would not help, or was tried often enough. */
public final class RefusedByFederationException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Refusal refusal;
    private final Duration retryAfter;

    RefusedByFederationException(int status, Refusal refusal, Duration retryAfter) {
        super(refusal.getCode() + " (" + status + "): " + refusal.getDetail());
        this.status = status;
        this.refusal = refusal;
        Duration said = Duration.ofMillis(Math.max(0, refusal.getRetryAfterMs()));
        this.retryAfter = said.compareTo(retryAfter) > 0 ? said : retryAfter;
    }

    /** After which the same may be taken; zero if nothing was said. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Stable code, such as {@code late}; a newer federation may have others than this SDK knows. */
    public String code() {
        return refusal.getCode();
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    Refusal refusal() {
        return refusal;
    }
}
