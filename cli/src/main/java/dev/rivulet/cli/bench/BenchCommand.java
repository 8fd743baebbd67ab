// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.chat.Completions;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.platform.EnvCommand;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the running platform, and the engine beside its peer. */
@Command(
        name = "bench",
        description = "Measure the running platform from outside, as a client sees it, or the engine or gateway alone.",
        synopsisSubcommandLabel = "serve|pipeline|scheduling|events|engine|shape|gateway|federation|commands")
public final class BenchCommand {
    static final String JAR = "target/benchmarks.jar";
    private static final Map<String, String> GATEWAY_SUITES =
            Map.of("overhead", "GatewayBench", "routing", "RoutingBench", "overload", "OverloadBench");
    private static final String GATEWAY_JAR = "gateway-service/target/gateway-service.jar";
    private static final String INFERENCE_JAR = "inference-service/target/inference-service.jar";
    private static final String FEDERATION_JAR = "federation-service/target/federation-service.jar";
    private static final int MOST_STREAMS = 1_000;
    /** Questions of different lengths, so that rows do not run in step. */
    private static final List<String> TEXTS = List.of(
            "Please set Aurora to 21 degrees",
            "Which meeting rooms are free this afternoon?",
            "Switch off the lights in the corridor of the second floor",
            "How much electricity did we use yesterday?",
            "A visitor will come at three, please announce her at the desk",
            "The window in the kitchen does not close any more",
            "Good morning, what can you do for me?");

    private final Context context;

    public BenchCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "serve",
            description = {
                "Streamed chats through the gateway: time to first token (TTFT), inter-token latency, tokens/s,",
                "and what the platform adds to the bare engine on the same model, in alternation in one run."
            })
    int serve(
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--streams", split = ",", defaultValue = "1,8,32", description = "Default: 1,8,32")
                    int[] streams,
            @Option(names = "--seconds", defaultValue = "10", description = "For each number of streams (default 10).")
                    int seconds,
            @Option(names = "--max-tokens", defaultValue = "64", description = "Of an answer (default 64).")
                    int maxTokens,
            @Option(names = "--model", defaultValue = "", description = "Default: the first that answers.")
                    String model)
            throws InterruptedException, IOException {
        if (IntStream.of(streams).anyMatch(count -> count < 1 || count > MOST_STREAMS) || seconds < 1) {
            throw new UsageException("Give 1 to " + MOST_STREAMS + " streams and at least 1 second.");
        }
        String url = EnvCommand.gatewayUrl(context);
        try (Api api = new Api("gateway-service", url, EnvCommand.apiKey(context.home()))) {
            Completions completions = new Completions(api);
            String name = model.isEmpty() ? completions.firstModel() : model;
            print(bench(completions, name, maxTokens, seconds).run(streams), json);
        }
        return 0;
    }

    @Command(
            name = "pipeline",
            description = {
                "Streamed questions to the assistant, one by one: time to the first piece of text, every stage, and all stages",
                "together beside the longest path through their graph. Then, where the model of sketches is there, questions that are",
                "spoken about a sketch: first text and picture."
            })
    int pipeline(
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--rounds", defaultValue = "10", description = "Of seven questions (default 10).")
                    int rounds,
            @Option(names = "--model", defaultValue = "assistant", description = "Default: assistant.") String model)
            throws InterruptedException, IOException {
        if (rounds < 1) {
            throw new UsageException("Give at least 1 round.");
        }
        try (Api api = new Api("gateway-service", EnvCommand.gatewayUrl(context), EnvCommand.apiKey(context.home()))) {
            List<BenchLine> lines = new ArrayList<>(new PipelineBench(api, model, System::nanoTime, rounds).run(TEXTS));
            lines.addAll(spoken(api, model, rounds * TEXTS.size()));
            print(lines, json);
        }
        return 0;
    }

    private List<BenchLine> spoken(Api api, String model, int rounds) throws InterruptedException, IOException {
        if (!new Completions(api).models().containsAll(List.of("rivulet-sketch", "rivulet-commands"))) {
            context.err()
                    .println("No rows of voice and sketch: ./rivulet models register models/optional/rivulet-sketch.");
            return List.of();
        }
        Path models = context.home().checkout().resolve("models");
        byte[] sound = Files.readAllBytes(models.resolve("building/speech/072.opus"));
        byte[] picture = Files.readAllBytes(models.resolve("src/test/resources/sketches/0012.png"));
        return new VoiceBench(api, model, System::nanoTime, rounds).run(sound, picture, "in Aurora to 30 percent");
    }

    @Command(
            name = "scheduling",
            description = {
                "TTFT of a request whose prefix is known against the first with it, and inter-token latency of 7 streams",
                "while long prompts arrive against without them. Random words; the model answers as long as it likes."
            })
    int scheduling(
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--prefix", defaultValue = "512", description = "Tokens (default 512).") int prefix,
            @Option(names = "--prompt", defaultValue = "2000", description = "Tokens (default 2000).") int prompt,
            @Option(names = "--rounds", defaultValue = "5", description = "Of each comparison (default 5).") int rounds,
            @Option(names = "--seconds", defaultValue = "10", description = "Of streams in a round (default 10).")
                    int seconds,
            @Option(names = "--url", defaultValue = "", description = "A server. Default: the running gateway.")
                    String url,
            @Option(names = "--model", defaultValue = "", description = "Default: the first that answers.")
                    String model)
            throws InterruptedException {
        if (prefix < 1 || prompt < 1 || rounds < 1 || seconds < 1) {
            throw new UsageException("Give at least 1 token, 1 round and 1 second.");
        }
        String server = url.isEmpty() ? EnvCommand.gatewayUrl(context) : url;
        String key = url.isEmpty() ? EnvCommand.apiKey(context.home()) : "none";
        try (Api api = new Api("server", server, key)) {
            Completions completions = new Completions(api);
            String name = model.isEmpty() ? completions.firstModel() : model;
            SchedulingBench bench = new SchedulingBench(
                    completions, name, SchedulingBench.WORDS, System::nanoTime, rounds, Duration.ofSeconds(seconds));
            List<BenchLine> lines = bench.run(prefix, prompt);
            if (json) {
                lines.forEach(line -> context.out().println(line.json()));
            } else {
                context.out().print(BenchLine.table(lines));
            }
        }
        return 0;
    }

    @Command(
            name = "events",
            description = {
                "From a change in the registry, through its outbox, to a reader of the event: latency, events a second and",
                "for a second of the registry's processor, beside plain records of the same size on the same broker.",
                "Then rollouts of the first model for text, with the files of its champion as the candidate: how soon",
                "readers and the gateway have a step, and how soon the candidate answers its first request."
            })
    int events(
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--rounds", defaultValue = "3", description = "Alternations; medians count (default 3).")
                    int rounds,
            @Option(names = "--changes", defaultValue = "200", description = "One by one in a round (default 200).")
                    int changes,
            @Option(names = "--burst", defaultValue = "1000", description = "At full speed in a round (default 1000).")
                    int burst,
            @Option(names = "--rollouts", defaultValue = "5", description = "Rollouts (default 5); 0 for none.")
                    int rollouts)
            throws InterruptedException, ExecutionException, IOException {
        if (rounds < 1 || changes < 1 || burst < 1 || rollouts < 0) {
            throw new UsageException(
                    "Give at least 1 round, 1 change and 1 change of a burst, and 0 or more rollouts.");
        }
        ProcessHandle process = PartRecord.read(context.home(), Part.MODEL_REGISTRY.id())
                .flatMap(part -> ProcessHandle.of(part.pid()))
                .orElse(null);
        try (Api registry = ModelsCommand.registry(context)) {
            String brokers = URI.create(EnvCommand.url(context, Part.KAFKA)).getAuthority();
            List<BenchLine> lines = new ArrayList<>(
                    new EventsBench(registry, brokers, process, System::nanoTime, rounds, changes, burst).run());
            if (rollouts > 0) {
                lines.addAll(saga(registry, brokers, rollouts));
            }
            print(lines, json);
        }
        return 0;
    }

    private List<BenchLine> saga(Api registry, String brokers, int rollouts) throws InterruptedException, IOException {
        try (Api gateway = new Api("gateway", EnvCommand.gatewayUrl(context), EnvCommand.apiKey(context.home()))) {
            return new SagaBench(registry, gateway, brokers, System::nanoTime, rollouts).run();
        }
    }

    @Command(
            name = "engine",
            description = {
                "The engine on random weights of common shapes: decoding at several numbers of streams, and prefill.",
                "With llama.cpp in alternation where it is installed: npm install --ignore-scripts in benchmarks/peers/llama-cpp."
            })
    int engine(
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--shapes", defaultValue = "smollm2-135m,qwen2-5-0-5b", description = "Default: both.")
                    String shapes,
            @Option(names = "--weights", defaultValue = "f32,w8r,int4", description = "Default: all three.")
                    String weights,
            @Option(names = "--streams", defaultValue = "1,8,32", description = "Default: 1,8,32") String streams,
            @Option(names = "--kv-cache", defaultValue = "f32", description = "Keys and values: f32 (default) or int8.")
                    String kvCache,
            @Option(names = "--threads", defaultValue = "0", description = "Of both; 0 for one for each core.")
                    int threads,
            @Option(names = "--millis", defaultValue = "1000", description = "For a figure and a round (default 1000).")
                    int millis,
            @Option(names = "--rounds", defaultValue = "3", description = "Alternations; medians count (default 3).")
                    int rounds,
            @Option(
                            names = "--cpu-time",
                            description = "Processor time instead of the clock: for a busy machine, with --threads 1.")
                    boolean cpuTime)
            throws InterruptedException, IOException {
        if (threads < 0 || millis < 1 || rounds < 1) {
            throw new UsageException("Give at least 1 millisecond and 1 round, and 0 or more threads.");
        }
        Path benchmarks = context.home().checkout().resolve("benchmarks");
        Path peer = benchmarks.resolve("peers/llama-cpp");
        BenchProgram bench =
                new BenchProgram(benchmarks.resolve(JAR), "dev.rivulet.benchmarks.ShapeBench", context.err());
        if (!Files.isDirectory(peer.resolve("node_modules/node-llama-cpp"))) {
            context.err()
                    .println("No comparison with llama.cpp: run npm install --ignore-scripts in " + peer
                            + " to get it.");
        }
        List<String> options = new ArrayList<>(List.of("--shapes", shapes, "--weights", weights, "--streams", streams));
        options.addAll(List.of("--peer", peer.toString(), "--kv-cache", kvCache));
        options.addAll(List.of("--threads", "" + threads, "--millis", "" + millis, "--rounds", "" + rounds));
        if (cpuTime) {
            options.add("--cpu-time");
        }
        print(bench.run(options), json);
        return 0;
    }

    @Command(
            name = "gateway",
            description = {
                "What the gateway adds to an upstream that does no work: time, processor and memory, beside nginx and",
                "LiteLLM where they are installed. It starts a gateway of its own; nothing else need run.",
                "The suite routing: prefix hit ratio and TTFT beside round robin, with three replicas that only take time.",
                "The suite overload: two greedy keys and a polite one at three times the capacity of a replica, for five",
                "minutes. The replica schedules as ever on an engine that only takes time."
            })
    int gateway(
            @Option(
                            names = "--suite",
                            defaultValue = "overhead",
                            description = "overhead (default), routing or overload.")
                    String suite,
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--nginx", defaultValue = "nginx", description = "Program (default: that of the PATH).")
                    String nginx,
            @Option(names = "--litellm", defaultValue = "litellm", description = "Program (default: of the PATH).")
                    String litellm,
            @Option(names = "--warm-up", defaultValue = "60", description = "Seconds before the first (default 60).")
                    int warmUp,
            @Option(names = "--seconds", defaultValue = "5", description = "Of a measurement (default 5).") int seconds,
            @Option(names = "--rounds", defaultValue = "3", description = "Alternations; medians count (default 3).")
                    int rounds,
            @Option(names = "--rate", defaultValue = "500", description = "Requests a second (default 500).") int rate,
            @Option(names = "--streams", defaultValue = "32", description = "Side by side (default 32).") int streams,
            @Option(
                            names = "--replica",
                            defaultValue = "engine",
                            description = "Of overload: engine (default) or fifo.")
                    String replica,
            @Option(names = "--idle", defaultValue = "5000", description = "Open and silent streams (default 5000).")
                    int idle)
            throws InterruptedException, IOException {
        if (seconds < 1 || rounds < 1 || rate < 1 || streams < 1 || idle < 0 || warmUp < 0) {
            throw new UsageException("Give at least 1 second, 1 round, 1 request a second and 1 stream.");
        }
        Path checkout = context.home().checkout();
        BenchProgram bench = ofGateway(suite);
        List<String> options = new ArrayList<>(
                List.of("--gateway", checkout.resolve(GATEWAY_JAR).toString()));
        switch (suite) {
            case "routing" -> options.addAll(List.of("--rounds", "" + rounds));
            case "overload" ->
                options.addAll(List.of("--replica", replica, "--inference", "" + checkout.resolve(INFERENCE_JAR)));
            default -> {
                options.addAll(List.of("--seconds", "" + seconds, "--rounds", "" + rounds, "--rate", "" + rate));
                options.addAll(List.of("--streams", "" + streams, "--idle", "" + idle, "--warm-up", "" + warmUp));
                options.addAll(peer("--nginx", nginx));
                options.addAll(peer("--litellm", litellm));
            }
        }
        print(bench.run(options), json);
        return 0;
    }

    private BenchProgram ofGateway(String suite) {
        String program = GATEWAY_SUITES.get(suite);
        if (program == null) {
            throw new UsageException("The suites of the gateway are overhead, routing and overload.");
        }
        return new BenchProgram(
                context.home().checkout().resolve("benchmarks").resolve(JAR),
                "dev.rivulet.benchmarks.gateway." + program,
                context.err());
    }

    @Command(
            name = "federation",
            description = {
                "Rounds of devices that train in no time, from the beginning of one to the beginning of the next, beside Flower",
                "in alternation, and updates summed a second. It starts a service, a PostgreSQL and devices of its own.",
                "Flower comes into a virtual environment of benchmarks/peers/flower at the first call; it needs Python 3.11."
            })
    int federation(
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--devices", description = "Of a cell; once for each --size. Default: 10, 10 and 50.")
                    List<Integer> devices,
            @Option(names = "--size", description = "Float32 values of a model (default 100000, 1000000, 100000).")
                    List<Integer> sizes,
            @Option(names = "--rounds", defaultValue = "40", description = "Of a measurement (default 40).") int rounds,
            @Option(
                            names = "--warm-up",
                            defaultValue = "100",
                            description = "Rounds before those of a measurement (default 100).")
                    int warmUp,
            @Option(names = "--turns", defaultValue = "3", description = "Alternations; medians count (default 3).")
                    int turns,
            @Option(names = "--summed", defaultValue = "10000", description = "Devices of the sums (default 10000).")
                    int summed,
            @Option(names = "--no-peer", description = "Without Flower.") boolean noPeer)
            throws InterruptedException, IOException {
        List<Integer> ofDevices = devices == null ? List.of() : devices;
        List<Integer> ofSizes = sizes == null ? List.of() : sizes;
        if (rounds < 10 || warmUp < 10 || turns < 1 || summed < 2 || ofDevices.size() != ofSizes.size()) {
            throw new UsageException(
                    "Give at least 10 rounds, 1 turn and 2 devices of a sum, and --devices as often as --size.");
        }
        Path checkout = context.home().checkout();
        List<String> options = new ArrayList<>(
                List.of("--service", checkout.resolve(FEDERATION_JAR).toString()));
        options.addAll(List.of("--rounds", "" + rounds, "--warm-up", "" + warmUp, "--turns", "" + turns));
        options.addAll(List.of("--summed", "" + summed));
        if (!noPeer) {
            options.addAll(List.of(
                    "--peer", checkout.resolve("benchmarks/peers/flower").toString()));
        }
        for (int i = 0; i < ofDevices.size(); i++) {
            options.addAll(List.of("--devices", "" + ofDevices.get(i), "--size", "" + ofSizes.get(i)));
        }
        BenchProgram bench = new BenchProgram(
                checkout.resolve("benchmarks").resolve(JAR),
                "dev.rivulet.benchmarks.federation.FederationBench",
                context.err());
        print(bench.run(options), json);
        return 0;
    }

    @Command(
            name = "commands",
            description = {
                "The recogniser of spoken commands on voices that it was not trained on, with noise and reverberation: how often",
                "it is right, unsure and wrong, and how long it takes. Recordings of the checkout; --generated makes 1,268.",
                "--stream speaks to the running gateway and takes the time from the last chunk to the command."
            })
    int commands(
            @Option(names = "--json", description = "One JSON object a line instead of a table.") boolean json,
            @Option(names = "--generated", description = "The whole set, made afresh; needs espeak-ng.")
                    boolean generated,
            @Option(names = "--stream", description = "Speak to the running gateway as well.") boolean stream)
            throws InterruptedException, IOException {
        Path checkout = context.home().checkout();
        List<String> options = new ArrayList<>(List.of(
                "--model", checkout.resolve("models/artefacts/rivulet-commands").toString()));
        options.addAll(
                List.of("--clips", checkout.resolve("models/building/speech").toString()));
        if (generated) {
            options.add("--generated");
        }
        if (stream) {
            options.addAll(List.of("--gateway", EnvCommand.gatewayUrl(context)));
            options.addAll(List.of("--key", EnvCommand.apiKey(context.home())));
        }
        BenchProgram bench = new BenchProgram(
                checkout.resolve("benchmarks").resolve(JAR),
                "dev.rivulet.benchmarks.speech.CommandBench",
                context.err());
        print(bench.run(options), json);
        return 0;
    }

    /** An option for a peer's program if it is installed. */
    private List<String> peer(String option, String program) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        Optional<Path> found = Stream.concat(Stream.of(""), Stream.of(path.split(File.pathSeparator)))
                .map(folder -> Path.of(folder, program))
                .filter(Path::isAbsolute)
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            context.err().println("No comparison with " + program + ": it is not installed.");
        }
        return found.map(file -> List.of(option, file.toString())).orElse(List.of());
    }

    private void print(List<BenchLine> lines, boolean json) {
        if (json) {
            lines.forEach(line -> context.out().println(line.json()));
        } else {
            context.out().print(BenchLine.table(lines));
        }
    }

    /** As many as a replica grants it ({@code rivulet.models.threads}). */
    private static int threadsOfASmallModel() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }

    private ServeBench bench(Completions completions, String model, int maxTokens, int seconds) {
        List<Completions.Question> questions = TEXTS.stream()
                .map(text ->
                        new Completions.Question(model, List.of(new Completions.Message("user", text)), maxTokens, 0))
                .toList();
        Path checkout = context.home().checkout();
        BareEngine engine = new BareEngine(
                checkout.resolve("benchmarks").resolve(JAR),
                checkout.resolve("models/artefacts").resolve(model),
                "f32",
                threadsOfASmallModel(),
                maxTokens,
                0,
                1);
        if (!engine.isThere()) {
            context.err()
                    .println("No comparison with the bare engine: " + engine.jar() + " or " + engine.model()
                            + " is missing.");
        }
        return new ServeBench(
                new ServeLoad(completions, questions, System::nanoTime), engine, Duration.ofSeconds(seconds));
    }
}
