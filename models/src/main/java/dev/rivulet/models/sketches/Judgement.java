// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether an answer about a drawing is right: it names kind and state, and the count of rooms is equal. The number of a gauge
 * may be off by 5 % of its scale; kind and unit may not.
 */
public final class Judgement {

    /** How far a reading may be off, of the scale. */
    public static final double TOLERANCE = 0.05;

    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
    private static final String LEAD = "The sketch shows ";

    private Judgement() {}

    /** Whether a caption names what is wanted. */
    public static boolean names(Subject wanted, String caption) {
        String said = plain(caption);
        return wanted instanceof Gauge gauge
                ? close(gauge.phrase(), said, gauge.form().end())
                : said.equals(plain(wanted.phrase()));
    }

    /** Whether a reading such as {@code 42 %} is that of a gauge. */
    public static boolean reads(Gauge wanted, String reading) {
        return close(wanted.value(), reading.strip(), wanted.form().end());
    }

    /** Without the lead and the full stop, its first letter small. */
    private static String plain(String caption) {
        String text = caption.strip();
        text = text.startsWith(LEAD) ? text.substring(LEAD.length()) : text;
        text = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return text.isEmpty() ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static boolean close(String wanted, String said, int end) {
        Matcher gold = NUMBER.matcher(wanted);
        Matcher mine = NUMBER.matcher(said);
        if (!gold.find() || !mine.find()) {
            return false;
        }
        double apart = Math.abs(Double.parseDouble(gold.group()) - Double.parseDouble(mine.group()));
        return gold.replaceFirst("#").equals(mine.replaceFirst("#")) && apart <= TOLERANCE * end + 1e-9;
    }
}
