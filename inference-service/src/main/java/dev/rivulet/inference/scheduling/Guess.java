// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/**
 * What is drafted for a sequence, and what its drafts were worth.
 *
 * @param drafted tokens that the next step could verify
 * @param kept drafted tokens that a verification keeps, as a moving average; negative while unknown
 * @param passedOver steps that it had a draft and was not verified, since it last was
 */
record Guess(int drafted, double kept, int passedOver) {

    static final Guess NONE = new Guess(0, -1, 0);

    private static final double WEIGHT = 0.25;

    Guess drafting(int tokens) {
        return new Guess(tokens, kept, passedOver);
    }

    Guess verified(int more) {
        return new Guess(drafted, kept < 0 ? more : kept + WEIGHT * (more - kept), 0);
    }

    Guess waited() {
        return drafted == 0 ? this : new Guess(drafted, kept, passedOver + 1);
    }
}
