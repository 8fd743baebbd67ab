// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.simulation;

import dev.rivulet.federated.simulation.Attack;
import java.util.List;

/** Attacks by their names on the command line. */
final class Attacks {
    static final List<String> ALL = List.of("none", "sign-flip", "replacement", "label-flip", "sybils");

    private Attacks() {}

    /** @throws IllegalArgumentException if there is none of that name */
    static Attack named(String name) {
        return switch (name) {
            case "none" -> new Attack.None();
            case "sign-flip" -> new Attack.SignFlip(5);
            case "replacement" -> new Attack.Replacement(10);
            case "label-flip" -> new Attack.LabelFlip();
            case "sybils" -> new Attack.Sybils(5);
            default ->
                throw new IllegalArgumentException(
                        "there is no attack " + name + "; there are " + String.join(", ", ALL));
        };
    }
}
