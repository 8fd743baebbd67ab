// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.CommandFacts.Command;
import dev.rivulet.engine.ModelRejectedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The configuration of a recogniser of spoken commands, as {@code models/training/train_commands.py} writes it: a residual network
 * of convolutions over time whose channels are mel bands at first.
 *
 * @param windowSamples samples at 16 kHz that it hears, a multiple of the hop
 * @param mels bands
 * @param kernel width of the convolutions, odd
 * @param stem channels of the first convolution, whose stride is 2
 * @param blocks the residual blocks after it
 * @param commands by the number of their logit, less one
 * @param temperature divisor of the logits
 * @param threshold least probability of a command
 */
public record CommandConfig(
        int windowSamples,
        int mels,
        int kernel,
        int stem,
        List<Block> blocks,
        List<Command> commands,
        double temperature,
        double threshold) {

    /** The architecture that {@link #read} accepts. */
    public static final String ARCHITECTURE = "RivuletCommandRecogniser";

    private static final int RATE = 16_000;
    private static final int HOP = 160;
    private static final int TRANSFORM = 400;
    private static final int LONGEST_WINDOW = 10 * RATE;
    private static final int MOST_CHANNELS = 1024;
    private static final int MOST_BLOCKS = 32;
    private static final int MOST_COMMANDS = 1000;
    private static final int LONGEST_NAME = 200;

    /** A residual block. @param channels that it gives, stride: frames that become one */
    public record Block(int channels, int stride) {}

    public CommandConfig {
        blocks = List.copyOf(blocks);
        commands = List.copyOf(commands);
    }

    /** Frames of a window. */
    public int frames() {
        return windowSamples / HOP;
    }

    static CommandConfig read(ConfigJson json) throws ModelRejectedException {
        if (!json.strings("architectures").equals(List.of(ARCHITECTURE))) {
            throw json.refuse("architectures", "must be [\"" + ARCHITECTURE + "\"] for the task audio-classification");
        }
        json.number("sampling_rate", RATE, RATE);
        json.number("hop_length", HOP, HOP);
        json.number("n_fft", TRANSFORM, TRANSFORM);
        int window = json.number("window_samples", HOP * 10, LONGEST_WINDOW);
        int kernel = json.number("kernel_size", 1, 31);
        if (window % HOP != 0 || kernel % 2 == 0) {
            throw json.refuse("window_samples", "must be a multiple of " + HOP + ", and kernel_size odd");
        }
        return new CommandConfig(
                window,
                json.number("num_mel_bins", 1, 200),
                kernel,
                json.number("stem_channels", 1, MOST_CHANNELS),
                blocks(json),
                commands(json),
                json.real("temperature", 0.01, 100).orElse(1),
                json.real("threshold", 0, 1).orElseThrow(() -> json.refuse("threshold", "is missing")));
    }

    private static List<Block> blocks(ConfigJson json) throws ModelRejectedException {
        List<Integer> channels = json.numbers("block_channels", 1, MOST_CHANNELS, MOST_BLOCKS);
        List<Integer> strides = json.numbers("block_strides", 1, 4, MOST_BLOCKS);
        if (channels.isEmpty() || channels.size() != strides.size()) {
            throw json.refuse("block_channels", "and block_strides must have one number a block");
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            blocks.add(new Block(channels.get(i), strides.get(i)));
        }
        return blocks;
    }

    private static List<Command> commands(ConfigJson json) throws ModelRejectedException {
        List<String> phrases = json.strings("phrases");
        ConfigJson names = json.object("id2label").orElseThrow(() -> json.refuse("id2label", "is missing"));
        int classes = names.fields().size();
        if (classes < 2 || classes > MOST_COMMANDS || phrases.size() != classes) {
            throw json.refuse("phrases", "must have one for each of the 2 to " + MOST_COMMANDS + " labels of id2label");
        }
        List<Command> commands = new ArrayList<>();
        for (int number = 1; number < classes; number++) {
            String field = Integer.toString(number);
            String name = names.string(field).orElseThrow(() -> names.refuse(field, "is missing"));
            if (name.length() > LONGEST_NAME || phrases.get(number).length() > LONGEST_NAME) {
                throw json.refuse("id2label", "and phrases must be of at most " + LONGEST_NAME + " characters each");
            }
            commands.add(new Command(name, phrases.get(number)));
        }
        return commands;
    }
}
