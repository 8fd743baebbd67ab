// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.catalogue;

import java.util.regex.Pattern;

/**
 * One setting, or many of one kind that differ in a name.
 *
 * @param key its canonical name. <code>{name}</code> stands for a name of the caller's, after a dot or in brackets;
 *     <code>{index}</code> for the place in a list, in brackets; <code>{logger}</code> for a package or class
 * @param allowed its values
 */
public record LiveSetting(String key, Allowed allowed) {

    private static final String NAME = "(?:\\.[a-z0-9][a-z0-9-]{0,62}|\\[[^\\[\\]]{1,100}])";
    private static final String INDEX = "\\[\\d{1,4}]";
    private static final String LOGGER = "(?:\\.[A-Za-z0-9_]{1,60}){1,12}";

    /** Matches the keys that it is meant by. */
    Pattern pattern() {
        return Pattern.compile(Pattern.quote(key)
                .replace("{name}", "\\E" + NAME + "\\Q")
                .replace("{index}", "\\E" + INDEX + "\\Q")
                .replace("{logger}", "\\E" + LOGGER + "\\Q"));
    }
}
