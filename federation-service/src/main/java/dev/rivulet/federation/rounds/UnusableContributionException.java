// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

/** The bytes of an update that a round counted are no longer what they were; reading them again would not help. */
public final class UnusableContributionException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message which and why */
    public UnusableContributionException(String message) {
        super(message);
    }
}
