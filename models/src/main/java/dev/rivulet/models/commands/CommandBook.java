// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import dev.rivulet.models.Sections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The commands that the recogniser tells apart.
 *
 * @param commands in the order of their numbers, which begin with 1: number 0 is everything else
 */
public record CommandBook(List<Command> commands) {

    /** Name of the class of speech and noise that is no command. */
    public static final String OTHER = "other";

    /**
     * One command.
     *
     * @param name such as {@code lights.on}
     * @param phrase what is shown for it, which people may say too
     * @param wordings what people say, the phrase among them
     */
    public record Command(String name, String phrase, List<String> wordings) {

        public Command {
            if (!name.matches("[a-z]+(\\.[a-z]+)?") || name.equals(OTHER) || wordings.isEmpty()) {
                throw new IllegalArgumentException(
                        "the command '" + name + "' needs a name of one or two words and at least one wording");
            }
            wordings = List.copyOf(wordings);
        }
    }

    public CommandBook {
        commands = List.copyOf(commands);
        if (commands.stream().map(Command::name).distinct().count() < commands.size()) {
            throw new IllegalArgumentException("two commands have the same name");
        }
    }

    /** Reads the built-in commands. */
    public static CommandBook read() {
        List<Command> commands = new ArrayList<>();
        for (String line : Sections.lines("commands/commands.txt")) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("commands.txt: no colon in '" + line + "'");
            }
            List<String> wordings = Arrays.stream(line.substring(colon + 1).split("\\|"))
                    .map(String::strip)
                    .toList();
            commands.add(new Command(line.substring(0, colon).strip(), wordings.getFirst(), wordings));
        }
        return new CommandBook(commands);
    }

    /** Names of all classes by their number, {@value #OTHER} first. */
    public List<String> labels() {
        List<String> labels = new ArrayList<>(List.of(OTHER));
        commands.forEach(command -> labels.add(command.name()));
        return labels;
    }
}
