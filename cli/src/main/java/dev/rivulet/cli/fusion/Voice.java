// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.fusion;

import dev.rivulet.cli.home.UsageException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Says a phrase: espeak-ng where it is installed, or a recording of the checkout where there is one of the phrase. */
final class Voice {

    private static final String PROGRAM = "espeak-ng";
    private static final Map<String, String> CLIPS = Map.of("dim the lights", "072.opus", "lights on", "047.opus");
    private static final int LARGEST = 4 << 20;
    private static final long SECONDS = 20;

    private final Path clips;
    private final Optional<Path> program;

    /**
     * @param clips the folder with recordings
     * @param path where programs are looked for, as {@code PATH} has it
     */
    Voice(Path clips, String path) {
        this.clips = clips;
        this.program = Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * A phrase as it is said.
     *
     * @param sound a file
     * @param by who said it, for people
     */
    record Said(byte[] sound, String by) {}

    Said say(String phrase) throws IOException, InterruptedException {
        if (program.isPresent()) {
            return new Said(spoken(program.get(), phrase), PROGRAM);
        }
        String clip = CLIPS.get(phrase);
        if (clip == null || !Files.isRegularFile(clips.resolve(clip))) {
            throw new UsageException(
                    "Nobody here can say \"" + phrase + "\". Install espeak-ng (Debian: apt-get install"
                            + " espeak-ng), or say one of " + CLIPS.keySet() + ".");
        }
        return new Said(Files.readAllBytes(clips.resolve(clip)), "recording " + clip);
    }

    /** Into a file: what it writes to a pipe declares more sound than there is. */
    private static byte[] spoken(Path program, String phrase) throws IOException, InterruptedException {
        Path file = Files.createTempFile("rivulet-said", ".wav");
        Process process = new ProcessBuilder(program.toString(), "-v", "en-us+f2", "--stdin", "-w", file.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream words = process.getOutputStream()) {
            words.write(phrase.getBytes(StandardCharsets.UTF_8));
            words.close();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0 || Files.size(file) == 0 || Files.size(file) > LARGEST) {
                throw new UsageException(
                        PROGRAM + " said nothing. Try it by hand: " + PROGRAM + " \"" + phrase + "\".");
            }
            return Files.readAllBytes(file);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(file);
        }
    }
}
