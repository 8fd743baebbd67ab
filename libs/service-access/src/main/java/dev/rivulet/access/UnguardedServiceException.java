// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

/** A service that strangers could call, which therefore does not start. */
sealed class UnguardedServiceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    UnguardedServiceException(String address) {
        this(
                "This service would listen on " + address
                        + " and has no token, so anybody who reaches the machine could " + "call it.",
                "Set the environment variable RIVULET_INTERNAL_TOKEN to the same secret for every service of Rivulet, for "
                        + "example the output of `openssl rand -hex 32`; or listen on loopback only with "
                        + "SERVER_ADDRESS=127.0.0.1.");
    }

    private UnguardedServiceException(String message, String remedy) {
        super(message + " " + remedy);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }

    /** The actuator on a port of its own, which the filter would not see. */
    static final class SeparatePort extends UnguardedServiceException {
        private static final long serialVersionUID = 1L;

        SeparatePort(String port) {
            super(
                    "management.server.port=" + port
                            + " would serve the actuator on a port that the token does not guard.",
                    "Remove management.server.port; the actuator answers on the service's own port to callers with the "
                            + "token.");
        }
    }
}
