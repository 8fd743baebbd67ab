// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings;

import java.util.List;
import java.util.Map;

/**
 * One building and what was said in it. No wording of {@code heldOut} has a template that occurs in {@code train} of any building.
 *
 * @param name such as {@code building-07}
 * @param names slot to what this building calls its rooms, doors, floors and devices
 * @param dialect its words
 * @param train what its device learns from; never leaves the building
 * @param heldOut what it is measured with
 */
public record Building(
        String name, Map<String, List<String>> names, Dialect dialect, List<Request> train, List<Request> heldOut) {

    public Building {
        names = Map.copyOf(names);
        train = List.copyOf(train);
        heldOut = List.copyOf(heldOut);
    }
}
