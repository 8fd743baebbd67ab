// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.catalogue;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/** The values a setting may have. */
public sealed interface Allowed {

    /** Whether a service can bind this text and takes what it says. */
    boolean permits(String text);

    /** The rule in words, such as {@code a whole number from 1 to 100000}. */
    String rule();

    /** Both ends belong to it. */
    record WholeNumber(long least, long most) implements Allowed {
        @Override
        public boolean permits(String text) {
            try {
                long given = Long.parseLong(text);
                return given >= least && given <= most;
            } catch (NumberFormatException _) {
                return false;
            }
        }

        @Override
        public String rule() {
            return "a whole number from " + least + " to " + most;
        }
    }

    /** Above {@code above}, at most {@code most}. */
    record Fraction(BigDecimal above, BigDecimal most) implements Allowed {
        private static final int LONGEST = 20;

        @Override
        public boolean permits(String text) {
            if (text.length() > LONGEST || !text.matches("\\d+(\\.\\d+)?")) {
                return false;
            }
            BigDecimal given = new BigDecimal(text);
            return given.compareTo(above) > 0 && given.compareTo(most) <= 0;
        }

        @Override
        public String rule() {
            return "a number above " + above + ", at most " + most;
        }
    }

    record Flag() implements Allowed {
        @Override
        public boolean permits(String text) {
            return text.equals("true") || text.equals("false");
        }

        @Override
        public String rule() {
            return "true or false";
        }
    }

    /** Such as {@code 250ms} or {@code 10s}; both ends belong to it. */
    record Time(Duration least, Duration most) implements Allowed {
        @Override
        public boolean permits(String text) {
            try {
                Duration given = DurationStyle.SIMPLE.parse(text);
                return !text.matches("[+-]?\\d+") && given.compareTo(least) >= 0 && given.compareTo(most) <= 0;
            } catch (IllegalArgumentException | ArithmeticException _) {
                return false;
            }
        }

        @Override
        public String rule() {
            return "a time with its unit (ms, s, m), from " + least.toMillis() + "ms to " + most.toMillis() + "ms";
        }
    }

    /** Such as {@code 8MB}; both ends belong to it. */
    record Size(DataSize least, DataSize most) implements Allowed {
        @Override
        public boolean permits(String text) {
            try {
                DataSize given = DataSize.parse(text);
                return given.compareTo(least) >= 0 && given.compareTo(most) <= 0;
            } catch (IllegalArgumentException | ArithmeticException _) {
                return false;
            }
        }

        @Override
        public String rule() {
            return "a size (B, KB, MB), from " + least + " to " + most;
        }
    }

    /** One of these words, in lower case. */
    record Choice(List<String> words) implements Allowed {
        public Choice {
            words = List.copyOf(words);
        }

        @Override
        public boolean permits(String text) {
            return words.contains(text.toLowerCase(Locale.ROOT));
        }

        @Override
        public String rule() {
            return "one of " + String.join(", ", words);
        }
    }

    record Text(int longest) implements Allowed {
        @Override
        public boolean permits(String text) {
            return text.length() <= longest;
        }

        @Override
        public String rule() {
            return "at most " + longest + " characters";
        }
    }
}
