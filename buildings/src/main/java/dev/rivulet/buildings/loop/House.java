// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import java.util.List;

/**
 * One site and what its people say. No wording of {@code heldOut} occurs in {@code daily} of any house.
 *
 * @param name such as {@code harbour}
 * @param daily in the house's own words, and now and then in common ones, in the order of the day
 * @param heldOut what it is measured with, in its own words
 * @param common in words that the built-in assistant knows
 */
public record House(String name, List<Saying> daily, List<Saying> heldOut, List<Saying> common) {

    public House {
        daily = List.copyOf(daily);
        heldOut = List.copyOf(heldOut);
        common = List.copyOf(common);
    }
}
