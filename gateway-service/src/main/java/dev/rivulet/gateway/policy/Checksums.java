// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.Map;
import java.util.TreeMap;

/**
 * Says how much of what looks like a number is one: the count of its characters from the beginning, 0 for none. Another word or number
 * that follows does not hide it.
 */
final class Checksums {

    private static final int LEAST_PHONE = 9;
    private static final int MOST_PHONE = 15;

    /** Lengths by country, as SWIFT's registry of IBANs has them. */
    private static final Map<String, Integer> IBANS = ibans(
            "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 "
                    + "FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 "
                    + "LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 "
                    + "RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30");

    private Checksums() {}

    private static Map<String, Integer> ibans(String all) {
        Map<String, Integer> lengths = new TreeMap<>();
        for (String one : all.split(" ")) {
            lengths.put(one.substring(0, 2), Integer.valueOf(one.substring(2)));
        }
        return Map.copyOf(lengths);
    }

    /** ISO 7064 MOD 97-10 over as many characters as its country has. */
    static int iban(String text) {
        Integer length = IBANS.get(text.substring(0, 2).toUpperCase(java.util.Locale.ROOT));
        int end = length == null ? 0 : endOf(text, length);
        return end > 0 && isEnd(text, end) && remainder(text.substring(0, end)) == 1 ? end : 0;
    }

    private static int remainder(String iban) {
        String bare = iban.replace(" ", "");
        String turned = bare.substring(4) + bare.substring(0, 4);
        int rest = 0;
        for (int i = 0; i < turned.length(); i++) {
            int value = Character.digit(turned.charAt(i), 36);
            rest = (value < 10 ? rest * 10 + value : rest * 100 + value) % 97;
        }
        return rest;
    }

    /** Luhn's checksum over the most digits that have it. */
    static int card(String text) {
        if (text.charAt(0) < '2' || text.charAt(0) > '6') {
            return 0;
        }
        for (int digits = 19; digits >= 13; digits--) {
            int end = endOf(text, digits);
            if (end > 0 && isEnd(text, end) && hasLuhn(text.substring(0, end))) {
                return end;
            }
        }
        return 0;
    }

    private static boolean hasLuhn(String text) {
        int sum = 0;
        boolean twice = false;
        for (int i = text.length() - 1; i >= 0; i--) {
            int digit = Character.digit(text.charAt(i), 10);
            if (digit >= 0) {
                int value = twice ? 2 * digit : digit;
                sum += value > 9 ? value - 9 : value;
                twice = !twice;
            }
        }
        return sum % 10 == 0;
    }

    /** 9 to 15 digits: what has fewer is as often a date. */
    static int phone(String text) {
        long digits = text.chars().filter(one -> one >= '0' && one <= '9').count();
        return digits >= LEAST_PHONE && digits <= MOST_PHONE ? text.length() : 0;
    }

    static int ipv4(String text) {
        for (String part : text.split("\\.")) {
            if (Integer.parseInt(part) > 255) {
                return 0;
            }
        }
        return text.length();
    }

    /** Eight groups, or fewer around one {@code ::}; with a digit, as {@code a::b} is more often something of a program. */
    static int ipv6(String text) {
        String bare = text.endsWith(":") && !text.endsWith("::") ? text.substring(0, text.length() - 1) : text;
        int gap = bare.indexOf("::");
        if (bare.contains(":::") || bare.indexOf("::", gap + 1) > gap && gap >= 0) {
            return 0;
        }
        int groups = 0;
        for (String group : bare.split(":")) {
            groups += group.isEmpty() ? 0 : 1;
        }
        boolean complete = gap >= 0 ? groups >= 1 && groups < 8 : groups == 8;
        boolean outside = gap < 0 && bare.startsWith(":");
        boolean digit = bare.chars().anyMatch(one -> one >= '0' && one <= '9');
        return complete && digit && !outside ? bare.length() : 0;
    }

    /** Where so many letters and digits end; 0 if there are fewer. */
    private static int endOf(String text, int count) {
        int seen = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isLetterOrDigit(text.charAt(i)) && ++seen == count) {
                return i + 1;
            }
        }
        return 0;
    }

    private static boolean isEnd(String text, int end) {
        return end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
    }
}
