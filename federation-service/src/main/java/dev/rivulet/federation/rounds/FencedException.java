// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

/** Another instance leads the federation by now: nothing was written. */
public final class FencedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param epoch under which it was to be written */
    public FencedException(String federation, long epoch) {
        super("this instance no longer leads " + federation + ": its epoch " + epoch + " is over");
    }
}
