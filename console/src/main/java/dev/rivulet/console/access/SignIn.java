// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Whether people must sign in: always when somebody else than this machine can reach the console. */
sealed interface SignIn {

    int SHORTEST_PASSWORD = 12;

    /** Everybody on this machine may open the console. */
    record NotNeeded() implements SignIn {}

    /**
     * One sign-in opens the page and Spring Boot Admin.
     *
     * @param user name
     * @param password at least {@value #SHORTEST_PASSWORD} characters
     */
    record Needed(String user, String password) implements SignIn {

        @Override
        public String toString() {
            return "Needed[user=" + user + "]";
        }
    }

    /**
     * Decides from where the console listens.
     *
     * @param address {@code server.address}; null: every address
     * @throws UnsafeExposureException if it can be reached from elsewhere without a password worth the name
     */
    static SignIn decide(@Nullable String address, AccessSettings settings) {
        String password = settings.password();
        if (password.isEmpty()) {
            if (isLoopback(address)) {
                return new NotNeeded();
            }
            throw new UnsafeExposureException(
                    "The console would listen on " + shown(address) + " without a sign-in",
                    "Set RIVULET_CONSOLE_PASSWORD to a password of at least " + SHORTEST_PASSWORD
                            + " characters, or listen on this machine only with SERVER_ADDRESS=127.0.0.1.");
        }
        if (password.length() < SHORTEST_PASSWORD) {
            throw new UnsafeExposureException(
                    "RIVULET_CONSOLE_PASSWORD has " + password.length() + " characters",
                    "Take at least " + SHORTEST_PASSWORD + "; `openssl rand -base64 24` makes a good one.");
        }
        return new Needed(settings.user(), password);
    }

    private static String shown(@Nullable String address) {
        return address == null || address.isBlank() ? "every address" : address;
    }

    private static boolean isLoopback(@Nullable String address) {
        if (address == null || address.isBlank()) {
            return false;
        }
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
