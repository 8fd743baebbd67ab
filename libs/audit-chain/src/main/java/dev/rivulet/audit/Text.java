// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What may stand in a field of an entry. */
final class Text {

    /** Characters of a name or a reason. */
    static final int LONGEST = 500;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]*");

    private Text() {}

    /** A text for people: not blank, at most {@value #LONGEST} characters, none of them a control or half a character. */
    static String required(String name, String text) {
        boolean printable = text.chars().noneMatch(c -> c < 0x20 || c == 0x7f)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        if (text.isBlank() || text.length() > LONGEST || !printable) {
            throw new IllegalArgumentException(
                    name + " is not a printable text of 1 to " + LONGEST + " characters: it has " + text.length());
        }
        return text;
    }

    /** Lowercase hexadecimal digits. */
    static String hex(String name, String text, int digits) {
        if (text.length() != digits || !HEX.matcher(text).matches()) {
            throw new IllegalArgumentException(name + " is not " + digits + " lowercase hexadecimal digits");
        }
        return text;
    }

    static long notNegative(String name, long number) {
        if (number < 0) {
            throw new IllegalArgumentException(name + " is negative: " + number);
        }
        return number;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
