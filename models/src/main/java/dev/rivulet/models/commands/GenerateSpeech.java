// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import dev.rivulet.models.GenerateCorpus;
import dev.rivulet.models.commands.Recordings.Amounts;
import dev.rivulet.models.commands.Recordings.Recording;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the recordings of all splits: {@code <split>.pcm} holds windows of 16-bit samples one after the other,
 * {@code <split>.jsonl} a line for each, {@code labels.json} names and phrases of the classes. Needs {@code espeak-ng}.
 *
 * <p>Arguments: output folder, seed.
 */
public final class GenerateSpeech {

    private static final Map<Split, Amounts> AMOUNTS = Map.of(
            Split.TRAIN, new Amounts(2, 1, 110, 300, 0, 30),
            Split.CALIBRATION, new Amounts(1, 1, 100, 60, 3, 30),
            Split.HELD_OUT, new Amounts(1, 1, 75, 60, 5, 25));

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GenerateSpeech() {}

    /** See the type. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: GenerateSpeech <folder> <seed>");
        }
        if (!Speaker.present()) {
            throw new IllegalStateException(
                    "espeak-ng is missing: apt-get install espeak-ng, or your system's package");
        }
        Path folder = Files.createDirectories(Path.of(args[0]));
        CommandBook book = CommandBook.read();
        Files.writeString(folder.resolve("labels.json"), JSON.writeValueAsString(book.commands()));
        for (Split split : Split.values()) {
            Recordings recordings = recordings(book, split, Long.parseLong(args[1]));
            try (OutputStream pcm =
                            new BufferedOutputStream(Files.newOutputStream(folder.resolve(split.section() + ".pcm")));
                    BufferedWriter lines = Files.newBufferedWriter(folder.resolve(split.section() + ".jsonl"))) {
                recordings.make(recording -> {
                    pcm.write(Sound.pcm(recording.samples()));
                    lines.write(JSON.writeValueAsString(described(recording)));
                    lines.write('\n');
                });
            }
        }
    }

    /** The recordings of a split as they are made for training and evaluation. */
    public static Recordings recordings(CommandBook book, Split split, long seed) {
        Amounts amounts = java.util.Objects.requireNonNull(AMOUNTS.get(split));
        return new Recordings(book, split, amounts, GenerateCorpus.random(seed + split.ordinal()));
    }

    private static Map<String, Object> described(Recording recording) {
        return Map.of(
                "label", recording.label(),
                "text", recording.text(),
                "voice", recording.voice(),
                "snr", Math.round(10 * recording.snr()) / 10.0,
                "noise", recording.noise(),
                "rt60", Math.round(100 * recording.reverberation()) / 100.0);
    }
}
