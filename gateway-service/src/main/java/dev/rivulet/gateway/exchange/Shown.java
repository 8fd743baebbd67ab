// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

/** Text of a caller as it may be shown back to him: short, and nothing that a terminal or a page would act on. */
public final class Shown {

    private static final int LONGEST = 80;

    private Shown() {}

    public static String text(String given) {
        String shortened = given.length() > LONGEST ? given.substring(0, LONGEST) + "…" : given;
        return shortened
                .codePoints()
                .map(point ->
                        Character.isISOControl(point) || Character.getType(point) == Character.FORMAT ? '?' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
