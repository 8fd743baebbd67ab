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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private static byte[] spoken(Path program, String phrase) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), "-v", "en-us", "--stdin", "--stdout")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream words = process.getOutputStream()) {
            words.write(phrase.getBytes(StandardCharsets.UTF_8));
        }
        CompletableFuture<byte[]> sound = CompletableFuture.supplyAsync(() -> read(process));
        try {
            byte[] wave = sound.get(SECONDS, TimeUnit.SECONDS);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || wave.length == 0) {
                throw new UsageException(
                        PROGRAM + " said nothing. Try it by hand: " + PROGRAM + " \"" + phrase + "\".");
            }
            return wave;
        } catch (ExecutionException | TimeoutException e) {
            throw new UsageException(PROGRAM + " did not end within " + SECONDS + " s.");
        } finally {
            process.destroyForcibly();
        }
    }

    private static byte[] read(Process process) {
        try {
            return process.getInputStream().readNBytes(LARGEST);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
