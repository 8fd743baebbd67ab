// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;

/** A part could not be started; the message ends with the last lines of its log. */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LINES = 20;

    StartException(String what, RivuletHome home, Part part) {
        super(what + ". The end of " + home.log(part) + ":\n" + String.join("\n", LogFile.tail(home.log(part), LINES)));
    }

    StartException(String what, Throwable cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
