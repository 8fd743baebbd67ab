// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

/** A record that will never be taken as it is, however often it is tried. */
public final class PoisonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Cause reason;

    public PoisonException(Cause reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Cause reason() {
        return reason;
    }
}
