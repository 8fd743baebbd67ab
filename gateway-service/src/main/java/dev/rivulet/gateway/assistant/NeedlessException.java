// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

/** A stage has nothing to do for this question: what stands in for it is as good, and nothing is missing. */
final class NeedlessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NeedlessException(String why) {
        super(why, null, false, false);
    }
}
