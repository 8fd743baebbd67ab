// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.fusion;

import static dev.rivulet.cli.models.Said.JSON;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.chat.AssistantEvents;
import dev.rivulet.cli.chat.Completions;
import dev.rivulet.cli.chat.SensesQuestion;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.models.Registry;
import dev.rivulet.cli.platform.EnvCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the assistant by voice about a sketch, and shows its words as they form and its picture when it is ready. */
@Command(
        name = "fusion",
        description = {
            "Ask the assistant by voice about a sketch: the text shows as it forms, the picture that a tool draws is written",
            "when it is ready. espeak-ng says the phrase where it is installed, else a recording of the checkout. Brings the",
            "model of sketches in where it is not there yet. Needs a running platform (./rivulet up)."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:The answer came with its picture.",
            "1:It could not be run; the message says what to mend.",
            "2:The command was written wrongly.",
            "3:The answer came without its words or its picture."
        })
public final class FusionCommand implements Callable<Integer> {

    private static final String SKETCH = "rivulet-sketch";
    private static final String HEARS = "rivulet-commands";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long LOOK_MILLIS = 300;
    private static final int LARGEST_SKETCH = 3 << 20;
    private static final double NANOS_A_MILLI = 1e6;
    private static final int LACKING = 3;

    private final Context context;

    @Option(names = "--say", defaultValue = "dim the lights", description = "What is said (default: dim the lights).")
    private String phrase = "";

    @Option(
            names = "--words",
            defaultValue = "in Aurora to 30 percent",
            description = "What is written beside it (default: in Aurora to 30 percent).")
    private String words = "";

    @Option(names = "--sketch", defaultValue = "", description = "A PNG (default: a gauge of the checkout).")
    private String sketch = "";

    @Option(names = "--out", defaultValue = "", description = "Where the picture goes (default: fusion.svg, .png).")
    private String out = "";

    @Option(names = "--model", defaultValue = "assistant", description = "Default: assistant.")
    private String model = "";

    @Option(names = "--json", description = JSON)
    private boolean json;

    public FusionCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path checkout = context.home().checkout();
        Path file =
                sketch.isEmpty() ? checkout.resolve("models/src/test/resources/sketches/0012.png") : Path.of(sketch);
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_SKETCH) {
            throw new UsageException(file + " is no file of at most 3 MB. Give a PNG with --sketch.");
        }
        Voice voice = new Voice(
                checkout.resolve("models/building/speech"),
                context.environment().getOrDefault("PATH", ""));
        Voice.Said said = voice.say(phrase);
        bringIn(checkout.resolve("models/optional").resolve(SKETCH));
        try (Api api = new Api("gateway-service", EnvCommand.gatewayUrl(context), EnvCommand.apiKey(context.home()))) {
            ready(new Completions(api));
            if (!json) {
                context.out()
                        .printf("You say \"%s\" (%s), write \"%s\" and show %s.%n", phrase, said.by(), words, file);
            }
            Shown shown = new Shown(System.nanoTime());
            SensesQuestion question = new SensesQuestion(model, said.sound(), Files.readAllBytes(file), words);
            try (Stream<String> lines = api.lines("/v1/chat/completions", question.body(), PATIENCE)) {
                AssistantEvents.read(lines, shown);
            }
            return ended(shown);
        }
    }

    private void bringIn(Path folder) throws IOException, InterruptedException {
        try (Api registry = ModelsCommand.registry(context)) {
            new Registry(registry)
                    .register(new Registry.Wanted(folder, "", "", "", Registry.CHAMPION, false, "Looks at sketches."));
        }
    }

    private static void ready(Completions completions) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!completions.models().containsAll(List.of(SKETCH, HEARS))) {
            if (System.nanoTime() > end || never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new UsageException("No replica serves " + SKETCH + " and " + HEARS + " within "
                        + PATIENCE.toSeconds() + " s. ./rivulet logs inference-service says why.");
            }
        }
    }

    private int ended(Shown shown) {
        if (json) {
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("said", phrase);
            report.put("heard", shown.told.path("heard").asString(""));
            report.put("text", shown.text.toString());
            report.put("first_text_ms", shown.textMillis);
            report.put("picture", shown.picture);
            report.put("picture_ms", shown.pictureMillis);
            report.put("missing", shown.told.path("missing"));
            context.out().println(JsonMapper.shared().writeValueAsString(report));
        } else {
            context.out().println();
            context.out()
                    .printf(
                            Locale.ROOT,
                            "Heard: %s. First text after %.0f ms. Picture: %s. Missing: %s%n",
                            shown.told.path("heard").asString("nothing"),
                            shown.textMillis,
                            shown.picture.isEmpty()
                                    ? "none"
                                    : String.format(
                                            Locale.ROOT, "%s after %.0f ms", shown.picture, shown.pictureMillis),
                            shown.told.path("missing"));
        }
        return shown.text.isEmpty() || shown.picture.isEmpty() ? LACKING : 0;
    }

    /** Shows an answer while it comes, and remembers when. Times run from the moment at which the question was sent. */
    private final class Shown implements AssistantEvents {

        private final long begun;
        private final StringBuilder text = new StringBuilder();
        private double textMillis = -1;
        private double pictureMillis = -1;
        private String picture = "";
        private JsonNode told = JsonMapper.shared().createObjectNode();

        Shown(long begun) {
            this.begun = begun;
        }

        private double millis() {
            return (System.nanoTime() - begun) / NANOS_A_MILLI;
        }

        @Override
        public void text(String piece) {
            if (text.isEmpty()) {
                textMillis = millis();
            }
            text.append(piece);
            if (!json) {
                context.out().print(piece);
                context.out().flush();
            }
        }

        @Override
        public void picture(String mediaType, byte[] file) {
            pictureMillis = millis();
            Path to = Path.of(out.isEmpty() ? (mediaType.contains("svg") ? "fusion.svg" : "fusion.png") : out);
            try {
                Files.write(to, file);
            } catch (IOException e) {
                throw new UsageException("The picture can't be written to " + to + ". Give another place with --out.");
            }
            picture = to.toString();
        }

        @Override
        public void told(JsonNode rivulet) {
            told = rivulet;
        }
    }
}
