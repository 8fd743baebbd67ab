// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import dev.rivulet.models.Sections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How an utterance is spoken.
 *
 * @param name a language and a variant of espeak-ng, such as {@code en-gb+f3}
 * @param pitch 0 to 99
 * @param speed words a minute, 80 to 450
 */
public record Voice(String name, int pitch, int speed) {

    private static final String RESOURCE = "commands/voices.txt";

    public Voice {
        if (!name.matches("[a-z0-9-]+(\\+[A-Za-z0-9]+)?") || pitch < 0 || pitch > 99 || speed < 80 || speed > 450) {
            throw new IllegalArgumentException("the voice " + name + ", pitch " + pitch + ", speed " + speed
                    + " is none: pitch is 0 to 99, speed 80 to 450");
        }
    }

    /** Names of the voices of a split. */
    public static List<String> names(Split split) {
        Map<String, List<String>> sections = Sections.read(RESOURCE);
        return List.copyOf(sections.getOrDefault(split.section(), List.of()));
    }

    /** The voice of that name at a pitch and speed of everyday speech. */
    static Voice drawn(String name, RandomGenerator random) {
        return new Voice(name, random.nextInt(25, 76), random.nextInt(135, 206));
    }
}
