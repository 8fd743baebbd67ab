// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as they are written in pictures. */
final class Figures {

    private Figures() {}

    /** At most two places, none without need, no exponent. */
    static String text(double value) {
        BigDecimal rounded =
                BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }
}
