// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import java.io.IOException;
import java.time.Duration;

/** The hub answered with 429 or an error of its own; another attempt may succeed. */
final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Duration wait;

    /** @param wait as the hub asked for; zero if it asked for nothing */
    BusyException(String message, Duration wait) {
        super(message);
        this.wait = wait;
    }

    Duration askedFor() {
        return wait;
    }
}
