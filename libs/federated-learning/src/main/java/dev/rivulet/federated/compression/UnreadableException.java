// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import dev.rivulet.federated.update.Reason;

/** Bytes are no update; ends reading, and becomes a refusal. Has no stack trace: attackers can cause many. */
final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    UnreadableException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
