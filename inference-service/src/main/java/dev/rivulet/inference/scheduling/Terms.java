// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.OptionalLong;

/**
 * On what terms a sequence is served.
 *
 * @param tenant whose it is: tenants share a model evenly, and what one left in the prefix cache is of no use to another
 * @param priority its class
 * @param deadline when it ends whatever its phase, nanoseconds of the loop's clock
 */
public record Terms(String tenant, Priority priority, OptionalLong deadline) {

    /** Of a sequence that nobody vouches for. */
    public static final Terms STANDARD = of("");

    public static Terms of(String tenant) {
        return new Terms(tenant, Priority.NORMAL, OptionalLong.empty());
    }

    boolean over(long now) {
        return deadline.isPresent() && now - deadline.getAsLong() >= 0;
    }
}
