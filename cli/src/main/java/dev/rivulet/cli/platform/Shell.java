// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

/** Text for a POSIX shell. */
final class Shell {

    private Shell() {}

    /** A word that every POSIX shell reads as exactly this text. */
    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
