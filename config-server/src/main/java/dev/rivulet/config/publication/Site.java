// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

/**
 * Where values hold.
 *
 * @param application a service's name, or {@code application} for all of them
 * @param profile a site's name: lower-case letters, digits and dashes, at most 63; {@code default} for all sites
 */
public record Site(String application, String profile) {

    static final String DEFAULT_PROFILE = "default";

    /** Whether a text can be the name of a profile. */
    static boolean namesProfile(String text) {
        return text.matches("[a-z0-9][a-z0-9-]{0,62}");
    }
}
