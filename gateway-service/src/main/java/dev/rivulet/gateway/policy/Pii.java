// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kinds of personal data, each with what it looks like and what makes it one. */
enum Pii {
    /** Addresses of mail, of ASCII. */
    EMAIL,
    /** Numbers of telephones: with the code of a country, or as they are commonly written within one. */
    PHONE,
    /** Numbers of bank accounts (ISO 13616), by length and checksum. */
    IBAN,
    /** Numbers of payment cards of 13 to 19 digits, by Luhn's checksum. */
    CARD,
    /** IPv4 and IPv6 addresses. */
    IP;

    private static final int LONGEST_EMAIL = 254;
    private static final int LONGEST_PHONE = 48;
    private static final int LONGEST_IBAN = 42;
    private static final int LONGEST_CARD = 37;
    private static final int LONGEST_IP = 45;
    private static final int LONGEST_NAME = 100;

    /** What is looked for. */
    List<Detector> detectors(@Nullable String given) {
        String replacement = given == null ? "[" + name() + "]" : given;
        return switch (this) {
            case EMAIL ->
                List.of(Detector.of(
                        "(?i)\\b[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.[a-z]{2,24}\\b",
                        LONGEST_EMAIL, replacement, String::length));
            case PHONE ->
                List.of(
                        phone("\\+\\d(?:[ ./()-]{0,3}\\d){7,14}\\b", replacement),
                        phone("\\b00[1-9](?:[ ./()-]{0,3}\\d){7,13}\\b", replacement),
                        phone("\\b0[1-9]\\d{0,4}(?:[ /-]{1,3}\\d{2,9}){1,4}\\b", replacement),
                        phone("(?:\\(\\d{3}\\) ?|\\b\\d{3}[ .-])\\d{3}[ .-]\\d{4}\\b", replacement));
            case IBAN ->
                List.of(Detector.of(
                        "(?i)\\b[a-z]{2}\\d{2}(?: ?[a-z0-9]){11,30}\\b", LONGEST_IBAN, replacement, Checksums::iban));
            case CARD ->
                List.of(Detector.of("\\b\\d(?:[ -]?\\d){12,18}\\b", LONGEST_CARD, replacement, Checksums::card));
            case IP ->
                List.of(
                        Detector.of("\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b", LONGEST_IP, replacement, Checksums::ipv4),
                        Detector.of(
                                "(?i)(?:\\b[0-9a-f]{1,4}|:)(?::[0-9a-f]{0,4}){2,7}",
                                LONGEST_IP,
                                replacement,
                                Checksums::ipv6));
        };
    }

    private static Detector phone(String expression, String replacement) {
        return Detector.of(expression, LONGEST_PHONE, replacement, Checksums::phone);
    }

    /** A name: in any case, with any white space between its words. */
    static Detector name(String name, @Nullable String given) {
        String bare = name.strip();
        if (bare.isEmpty() || bare.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a name has 1 to " + LONGEST_NAME + " characters");
        }
        StringBuilder expression = new StringBuilder("(?i)");
        expression.append(edge(bare.charAt(0)));
        for (String word : bare.split("\\s+")) {
            if (expression.length() > 6) {
                expression.append("\\s{1,3}");
            }
            expression.append(com.google.re2j.Pattern.quote(word));
        }
        expression.append(edge(bare.charAt(bare.length() - 1)));
        return Detector.of(expression.toString(), 4 * LONGEST_NAME, given == null ? "[NAME]" : given, String::length);
    }

    /** RE2 knows words of ASCII alone. */
    private static String edge(char letter) {
        return letter < 128 && Character.isLetterOrDigit(letter) ? "\\b" : "";
    }
}
