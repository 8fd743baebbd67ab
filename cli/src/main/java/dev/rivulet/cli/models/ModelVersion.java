// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.home.UsageException;
import java.util.regex.Pattern;

/**
 * A model and one of its versions, as commands take them: {@code MODEL@VERSION}.
 *
 * @param model its name
 * @param version a version or an alias; empty where none was given
 */
record ModelVersion(String model, String version) {
    private static final Pattern NAMES =
            Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]{0,99})(?:@([A-Za-z0-9_-][A-Za-z0-9._-]{0,99}))?");

    static ModelVersion parse(String text) {
        var match = NAMES.matcher(text);
        if (!match.matches()) {
            throw new UsageException("\"" + text.replaceAll("\\p{C}", "?")
                    + "\" names no model: write MODEL or MODEL@VERSION, as in rivulet-slots@champion."
                    + " `./rivulet models list` shows what there is.");
        }
        return new ModelVersion(match.group(1), match.group(2) == null ? "" : match.group(2));
    }
}
