// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.config;

import dev.rivulet.cli.home.UsageException;
import java.util.regex.Pattern;

/**
 * For whom settings hold, as commands take it: {@code APPLICATION[/SITE]}.
 *
 * @param application a service, or {@code application} for all
 * @param site a profile; {@code default} is every site
 */
record Place(String application, String site) {
    private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9-]{0,62})(?:/([a-z0-9][a-z0-9-]{0,62}))?");

    static Place parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new UsageException("\"" + text.replaceAll("\\p{C}", "?")
                    + "\" says not for whom: write a service, as in gateway-service, or with a site, as in"
                    + " gateway-service/paris; application is every service.");
        }
        return new Place(match.group(1), match.group(2) == null ? "default" : match.group(2));
    }

    @Override
    public String toString() {
        return application + "/" + site;
    }
}
