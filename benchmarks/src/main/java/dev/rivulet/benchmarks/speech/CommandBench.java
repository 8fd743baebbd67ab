package dev.rivulet.benchmarks.speech;

import dev.rivulet.audio.AudioLimits;
import dev.rivulet.audio.AudioReader;
import dev.rivulet.audio.AudioReading;
import dev.rivulet.audio.Waveform;
import dev.rivulet.benchmarks.BenchLine;
import dev.rivulet.benchmarks.Launch;
import dev.rivulet.commands.CommandRecogniser;
import dev.rivulet.commands.Recognition;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.models.commands.CommandBook;
import dev.rivulet.models.commands.GenerateSpeech;
import dev.rivulet.models.commands.Speaker;
import dev.rivulet.models.commands.Split;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Measures the recogniser of spoken commands on voices that it was not trained on. */
@Command(
        name = "command-bench",
        mixinStandardHelpOptions = true,
        description = "Accuracy and time of the recogniser of spoken commands on held-out voices.")
public final class CommandBench implements Callable<Integer> {

    private static final String SUITE = "commands";
    private static final double ACCURACY = 90;
    /** Bounds of groups by the level of the utterance over the noise, dB. */
    private static final double[] SNR = {5, 10, 15, 25};

    private static final int MOST_RECORDINGS = 100_000;

    @Option(names = "--model", required = true, description = "The recogniser's folder.")
    private Path model = Path.of("");

    @Option(names = "--clips", required = true, description = "The folder of recordings with index.jsonl.")
    private Path clips = Path.of("");

    @Option(names = "--generated", description = "Make the whole held-out set instead; needs espeak-ng.")
    private boolean generated;

    @Option(names = "--seed", defaultValue = "20261127", description = "Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    private final PrintStream out;
    private final Tally all = new Tally();
    private final List<Tally> byNoise = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    CommandBench(PrintStream out) {
        this.out = out;
        for (int i = 1; i < SNR.length; i++) {
            byNoise.add(new Tally());
        }
    }

    public static void main(String[] arguments) {
        System.exit(run(System.out, arguments));
    }

    static int run(PrintStream out, String... arguments) {
        return Launch.run(new CommandBench(out), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ModelRejectedException {
        Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        try (CommandRecogniser recogniser = new CommandRecogniser(engine.loadCommands(model, 1))) {
            if (generated) {
                generate(recogniser);
            } else {
                read(recogniser);
            }
        }
        BenchLine.print(out, lines(), json);
        return 0;
    }

    private void generate(CommandRecogniser recogniser) throws IOException, InterruptedException {
        if (!Speaker.present()) {
            throw new IllegalStateException("espeak-ng is missing: apt-get install espeak-ng, or leave out --generated");
        }
        CommandBook book = CommandBook.read();
        GenerateSpeech.recordings(book, Split.HELD_OUT, seed).make(recording -> {
            String command = recording.label() == 0
                    ? ""
                    : book.commands().get(recording.label() - 1).name();
            hear(recogniser, new Waveform(recording.samples()), command, recording.snr());
        });
    }

    private void read(CommandRecogniser recogniser) throws IOException {
        AudioReader reader = new AudioReader(AudioLimits.standard());
        List<String> index = Files.readAllLines(clips.resolve("index.jsonl"));
        for (String line : index.subList(0, Math.min(index.size(), MOST_RECORDINGS))) {
            JsonNode clip = JsonMapper.shared().readTree(line);
            byte[] file = Files.readAllBytes(clips.resolve(clip.path("file").asString()));
            switch (reader.read(file)) {
                case AudioReading.Read read ->
                    hear(
                            recogniser,
                            read.sound(),
                            clip.path("command").asString(),
                            clip.path("snr").asDouble());
                case AudioReading.Refused refused -> throw new IOException(clip.path("file") + ": " + refused.message());
            }
        }
    }

    private void hear(CommandRecogniser recogniser, Waveform sound, String command, double snr) {
        long begin = System.nanoTime();
        Recognition heard = recogniser.recognise(sound);
        nanos.add(System.nanoTime() - begin);
        all.add(command, heard);
        for (int i = 1; i < SNR.length; i++) {
            if (snr >= SNR[i - 1] && snr < SNR[i]) {
                byNoise.get(i - 1).add(command, heard);
            }
        }
    }

    private List<BenchLine> lines() {
        List<BenchLine> lines = new ArrayList<>();
        String of = ", held-out voices, noise, reverberation, " + all.commands() + " commands";
        lines.add(atLeast("likeliest command right" + of, all.likeliest(), ACCURACY));
        lines.add(atLeast("sure and right" + of, all.sureAndRight(), ACCURACY));
        lines.add(BenchLine.alone(SUITE, "sure and wrong" + of, "%", all.sureAndWrong()));
        for (int i = 1; i < SNR.length; i++) {
            Tally tally = byNoise.get(i - 1);
            String noise = "sure and right, " + (int) SNR[i - 1] + " to " + (int) SNR[i] + " dB over the noise, "
                    + tally.commands() + " commands";
            lines.add(BenchLine.alone(SUITE, noise, "%", tally.sureAndRight()));
        }
        lines.add(BenchLine.alone(
                SUITE, "taken for a command, " + all.others() + " of other speech and noise", "%", all.falseAccepts()));
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        lines.add(time("p50", sorted, 0.5));
        lines.add(time("p95", sorted, 0.95));
        return lines;
    }

    private static BenchLine time(String name, long[] sorted, double share) {
        long nanos = Arrays.stream(sorted)
                .skip((long) (share * (sorted.length - 1)))
                .findFirst()
                .orElse(0);
        return BenchLine.alone(SUITE, "a window recognised, one thread, " + name, "ms", nanos / 1e6);
    }

    private static BenchLine atLeast(String work, double percent, double least) {
        return new BenchLine(SUITE, work, "%", percent, null, null, null, ">= " + least, percent >= least);
    }
}
