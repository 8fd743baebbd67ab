// SPDX-License-Identifier: Apache-2.0
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
import java.util.stream.Stream;
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

    @Option(
            names = "--gateway",
            defaultValue = "",
            description = "Speak to this gateway too, such as http://127.0.0.1:8080.")
    private String gateway = "";

    @Option(names = "--key", defaultValue = "", description = "Its API key.")
    private String key = "";

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
        List<BenchLine> lines = new ArrayList<>(lines());
        if (!gateway.isEmpty()) {
            lines.addAll(spoken());
        }
        BenchLine.print(out, lines, json);
        return 0;
    }

    /** The recordings of the folder at the pace of speech, one after the other. */
    private List<BenchLine> spoken() throws IOException, InterruptedException {
        List<Long> times = new ArrayList<>();
        try (SpokenStream stream = new SpokenStream(gateway, key)) {
            for (JsonNode clip : index()) {
                if (!clip.path("command").asString().isEmpty()) {
                    times.add(stream.speak(sound(clip)));
                }
            }
        }
        long[] sorted = times.stream()
                .mapToLong(Long::longValue)
                .filter(nanos -> nanos >= 0)
                .sorted()
                .toArray();
        String work = "from the last chunk to the command, over the gateway, " + sorted.length + " utterances, ";
        return List.of(time(work + "p50", sorted, 0.5), time(work + "p95", sorted, 0.95));
    }

    private void generate(CommandRecogniser recogniser) throws IOException, InterruptedException {
        if (!Speaker.present()) {
            throw new IllegalStateException(
                    "espeak-ng is missing: apt-get install espeak-ng, or leave out --generated");
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
        for (JsonNode clip : index()) {
            String command = clip.path("command").asString();
            hear(recogniser, sound(clip), command, clip.path("snr").asDouble());
        }
    }

    private List<JsonNode> index() throws IOException {
        try (Stream<String> lines = Files.lines(clips.resolve("index.jsonl"))) {
            return lines.limit(MOST_RECORDINGS)
                    .map(line -> JsonMapper.shared().readTree(line))
                    .toList();
        }
    }

    private Waveform sound(JsonNode clip) throws IOException {
        byte[] file = Files.readAllBytes(clips.resolve(clip.path("file").asString()));
        return switch (new AudioReader(AudioLimits.standard()).read(file)) {
            case AudioReading.Read read -> read.sound();
            case AudioReading.Refused refused -> throw new IOException(clip.path("file") + ": " + refused.message());
        };
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
        lines.add(BenchLine.alone(SUITE, "sure and right" + of, "%", all.sureAndRight()));
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
        lines.add(time("a window recognised, one thread, p50", sorted, 0.5));
        lines.add(time("a window recognised, one thread, p95", sorted, 0.95));
        return lines;
    }

    private static BenchLine time(String work, long[] sorted, double share) {
        long nanos = Arrays.stream(sorted)
                .skip((long) (share * (sorted.length - 1)))
                .findFirst()
                .orElse(0);
        return BenchLine.alone(SUITE, work, "ms", nanos / 1e6);
    }

    private static BenchLine atLeast(String work, double percent, double least) {
        return new BenchLine(SUITE, work, "%", percent, null, null, null, ">= " + least, percent >= least);
    }
}
