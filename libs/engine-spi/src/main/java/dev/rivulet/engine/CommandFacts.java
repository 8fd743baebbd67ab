// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.List;

/**
 * What is known of a recogniser of spoken commands once it is loaded.
 *
 * @param architecture the first entry of {@code architectures} in {@code config.json}
 * @param parameters number of weights
 * @param windowSamples samples at 16 kHz of the window that it hears
 * @param mels log-mel values of a frame
 * @param frames frames of the window
 * @param commands by the number of their logit, less one: logit 0 is everything that is no command
 * @param temperature divisor of the logits under which their softmax says how often it is right
 * @param threshold least probability of a command that is taken for one
 * @param memoryBytes weights and buffers
 */
public record CommandFacts(
        String architecture,
        long parameters,
        int windowSamples,
        int mels,
        int frames,
        List<Command> commands,
        double temperature,
        double threshold,
        long memoryBytes) {

    /**
     * A command.
     *
     * @param name for programs, such as {@code lights.on}
     * @param phrase for people
     */
    public record Command(String name, String phrase) {}

    public CommandFacts {
        commands = List.copyOf(commands);
    }
}
