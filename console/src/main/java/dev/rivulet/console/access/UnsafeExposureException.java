// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

/** The console would be open to people it should not be open to, so it does not start. */
public final class UnsafeExposureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    UnsafeExposureException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /** How to mend it. */
    public String remedy() {
        return remedy;
    }
}
