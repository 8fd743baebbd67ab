// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

/** The reader's database is away: no fault of the record, which is read again when it is back. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(Throwable cause) {
        super(cause);
    }
}
