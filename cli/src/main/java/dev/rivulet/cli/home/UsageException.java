// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

/** Something the caller can mend; the message says what, where and how, and is shown without a stack trace. */
public class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
