// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.regex.Pattern;

/**
 * Devices that train one model.
 *
 * @param name lower-case letters, digits and hyphens, at most 63
 * @param running whether rounds begin
 */
public record Federation(String name, FederationSettings settings, boolean running) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    public Federation {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a federation's name has 1 to 63 lower-case letters, digits and hyphens");
        }
    }

    /** The same with other settings. */
    public Federation settings(FederationSettings other) {
        return new Federation(name, other, running);
    }

    /** The same, running or not. */
    public Federation running(boolean other) {
        return new Federation(name, settings, other);
    }
}
