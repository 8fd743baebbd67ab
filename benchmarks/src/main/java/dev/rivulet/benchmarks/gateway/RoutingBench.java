// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.benchmarks.BenchLine;
import dev.rivulet.benchmarks.Launch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prefix routing beside round robin: two gateways, each with three replicas of its own, and 20 shared prefixes whose questions
 * differ. The gateways are real and take turns; the replicas are {@link ModelReplica}s, so that the same work fits on any machine.
 */
@Command(
        name = "routing-bench",
        mixinStandardHelpOptions = true,
        description =
                "Hit ratio and TTFT of prefix routing beside round robin, with three replicas and 20 shared prefixes.")
public final class RoutingBench implements Callable<Integer> {

    private static final String SUITE = "gateway-routing";
    private static final int REPLICAS = 3;
    private static final Duration PREFILL_WORD = Duration.ofNanos(200_000);
    private static final Duration DECODE_WORD = Duration.ofMillis(2);
    private static final int ANSWER_WORDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Option(names = "--gateway", required = true, description = "The executable jar of gateway-service.")
    private Path gateway = Path.of("");

    @Option(names = "--prefixes", defaultValue = "20", description = "Default: ${DEFAULT-VALUE}")
    private int prefixes;

    @Option(names = "--prefix", defaultValue = "512", description = "Words of one. Default: ${DEFAULT-VALUE}")
    private int prefix;

    @Option(names = "--slots", defaultValue = "8", description = "Of a replica. Default: ${DEFAULT-VALUE}")
    private int slots;

    @Option(names = "--streams", defaultValue = "6", description = "At once. Default: ${DEFAULT-VALUE}")
    private int streams;

    @Option(names = "--requests", defaultValue = "240", description = "Of a round. Default: ${DEFAULT-VALUE}")
    private int requests;

    @Option(names = "--rounds", defaultValue = "3", description = "Alternations. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seed", defaultValue = "20261126", description = "Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    private final PrintStream out;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RoutingBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(Launch.run(new RoutingBench(System.out), arguments));
    }

    /** What was measured of one gateway. */
    private static final class Seen {
        private final List<Double> firstToken = new ArrayList<>();
        private long prompt;
        private long cached;

        synchronized void add(double millis, JsonNode usage) {
            firstToken.add(millis);
            prompt += usage.path("prompt_tokens").asLong(0);
            cached += usage.path("prompt_tokens_details").path("cached_tokens").asLong(0);
        }

        double hits() {
            return (double) cached / Math.max(1, prompt);
        }

        double millis(double quantile) {
            List<Double> sorted = firstToken.stream().sorted().toList();
            return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(quantile * (sorted.size() - 1))));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Seen locality = new Seen();
        Seen inTurn = new Seen();
        Path folder = Files.createTempDirectory("routing-bench");
        List<ModelReplica> replicas = new ArrayList<>();
        try (Door ours = gateway("locality", replicas, folder);
                Door peer = gateway("round-robin", replicas, folder)) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int round = 0; round < rounds; round++) {
                long questions = random.nextLong();
                load(ours, new SplittableRandom(questions), locality);
                load(peer, new SplittableRandom(questions), inTurn);
            }
        } finally {
            replicas.forEach(ModelReplica::close);
        }
        List<BenchLine> lines = List.of(
                BenchLine.beside(
                        SUITE,
                        "prefix hit ratio (tokens)",
                        "ratio",
                        locality.hits(),
                        inTurn.hits(),
                        "round robin",
                        1.5),
                BenchLine.cheaper(SUITE, "TTFT p50", "ms", locality.millis(0.5), inTurn.millis(0.5), "round robin", 1),
                BenchLine.cheaper(
                        SUITE, "TTFT p99", "ms", locality.millis(0.99), inTurn.millis(0.99), "round robin", 1));
        BenchLine.print(out, lines, json);
        return 0;
    }

    private Door gateway(String strategy, List<ModelReplica> all, Path folder)
            throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < REPLICAS; i++) {
            ModelReplica replica = new ModelReplica(slots, PREFILL_WORD, DECODE_WORD, ANSWER_WORDS);
            all.add(replica);
            urls.add(replica.url());
        }
        return Doors.routing(gateway, strategy, urls, folder);
    }

    private void load(Door door, SplittableRandom random, Seen seen) throws InterruptedException, ExecutionException {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            bodies.add(body((int) (prefixes * Math.pow(random.nextDouble(), 2)), random.nextLong()));
        }
        try (ExecutorService readers = Executors.newFixedThreadPool(streams)) {
            List<Future<?>> running = new ArrayList<>();
            for (String body : bodies) {
                running.add(readers.submit(() -> {
                    ask(door, body, seen);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
    }

    private void ask(Door door, String body, Seen seen) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + door.port() + "/v1/chat/completions"))
                .header("authorization", "Bearer " + door.key())
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long asked = System.nanoTime();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        double first = -1;
        JsonNode usage = JsonMapper.shared().missingNode();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (first < 0 && line.contains("\"content\"")) {
                    first = (System.nanoTime() - asked) / 1e6;
                }
                if (line.contains("\"usage\"")) {
                    usage = JsonMapper.shared()
                            .readTree(line.substring("data: ".length()))
                            .path("usage");
                }
            }
        }
        if (answer.statusCode() != 200 || first < 0) {
            throw new IOException("the gateway answered with status " + answer.statusCode());
        }
        seen.add(first, usage);
    }

    private String body(int which, long question) {
        SplittableRandom words = new SplittableRandom(which);
        StringBuilder system = new StringBuilder();
        for (int i = 0; i < prefix; i++) {
            system.append(i == 0 ? "" : " ").append("w").append(words.nextInt(10_000));
        }
        return "{\"model\":\"" + PacedUpstream.MODEL
                + "\",\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":\"" + system
                + "\"},{\"role\":\"user\",\"content\":\"question " + question + " of mine\"}]}";
    }
}
