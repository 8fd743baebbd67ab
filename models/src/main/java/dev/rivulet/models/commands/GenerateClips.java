// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import dev.rivulet.models.commands.Recordings.Recording;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a few recordings of the held-out split as WAV files: each command in two voices, three other utterances in each voice, and
 * some noise. {@code index.jsonl} says what is in them. Needs {@code espeak-ng}.
 *
 * <p>Arguments: output folder, seed.
 */
public final class GenerateClips {

    private static final int SECOND_VOICE = 3;
    private static final int OTHERS_A_VOICE = 3;
    private static final int NOISES = 4;

    private final JsonMapper json = JsonMapper.builder().build();
    private final List<String> voices = Voice.names(Split.HELD_OUT);
    private final Map<String, Integer> taken = new HashMap<>();
    private final CommandBook book = CommandBook.read();
    private int count;

    private GenerateClips() {}

    /** See the type. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: GenerateClips <folder> <seed>");
        }
        Path folder = Files.createDirectories(Path.of(args[0]));
        GenerateClips clips = new GenerateClips();
        try (BufferedWriter index = Files.newBufferedWriter(folder.resolve("index.jsonl"))) {
            GenerateSpeech.recordings(clips.book, Split.HELD_OUT, Long.parseLong(args[1]))
                    .make(recording -> clips.put(recording, folder, index));
        }
    }

    private void put(Recording recording, Path folder, BufferedWriter index) throws IOException {
        if (!wanted(recording)) {
            return;
        }
        String name = String.format(Locale.ROOT, "%03d", count++);
        Files.write(folder.resolve(name + ".wav"), Sound.wav(recording.samples()));
        String command = recording.label() == 0
                ? ""
                : book.commands().get(recording.label() - 1).name();
        index.write(json.writeValueAsString(Map.of(
                "file",
                name + ".opus",
                "command",
                command,
                "said",
                recording.text(),
                "voice",
                recording.voice(),
                "noise",
                recording.noise(),
                "snr",
                Math.round(10 * recording.snr()) / 10.0,
                "rt60",
                Math.round(100 * recording.reverberation()) / 100.0)));
        index.write('\n');
    }

    private boolean wanted(Recording recording) {
        int voice = voices.indexOf(recording.voice());
        int label = recording.label();
        int most;
        if (label > 0) {
            boolean turn = voice == label % voices.size() || voice == (label + SECOND_VOICE) % voices.size();
            most = turn ? 1 : 0;
        } else {
            most = voice < 0 ? NOISES : OTHERS_A_VOICE;
        }
        return most > 0 && taken.merge(label + " " + recording.voice(), 1, Integer::sum) <= most;
    }
}
