// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a service that knows one federation of two rounds, and tells what it was asked. */
class FederationCommandsTest {

    private static final String DESK = """
            {"name":"desk","running":true,"stopped":"%s","version":1,"versions_made":1,"best_version":0,"best_loss":0.7,
             "round":2,"state":"ended","counted":1,"pending":1,"dropped":{"d-3":"dead"},
             "settings":{"policy":{"goal":3}}}""";
    private static final String FIRST = """
            [{"type":"Opened","event":{"at":"2026-11-27T04:00:00Z","base":0,"devices":["d-1","d-2","d-3"]}},
             {"type":"Counted","event":{"at":"2026-11-27T04:00:01Z","device":"d-1","contribution":
               {"sha256":"aa","size":16800,"weight":100,"metrics":{"accuracy-before":0.5}}}},
             {"type":"Dropped","event":{"at":"2026-11-27T04:00:01Z","device":"d-3","reason":"reported-battery"}},
             {"type":"Counted","event":{"at":"2026-11-27T04:00:01.200Z","device":"d-2","contribution":
               {"sha256":"bb","size":17200,"weight":300,"metrics":{"accuracy-before":0.7}}}},
             {"type":"Closed","event":{"at":"2026-11-27T04:00:01.200Z","why":"ALL_ANSWERED"}},
             {"type":"Charged","event":{"at":"2026-11-27T04:00:01.300Z","epsilon":0.75}},
             {"type":"Aggregated","event":{"at":"2026-11-27T04:00:01.400Z","version":1,"sha256":"cc","loss_before":0.7}},
             {"type":"Published","event":{"at":"2026-11-27T04:00:01.500Z"}}]""";
    private static final String SECOND = """
            [{"type":"Opened","event":{"at":"2026-11-27T04:00:02Z","base":1,"devices":["d-1","d-2","d-3"]}},
             {"type":"Failed","event":{"at":"2026-11-27T04:00:12Z","why":"QUORUM_MISSED"}}]""";

    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;
    private String stopped = "rounds_done";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/federations", this::answer);
        server.createContext("/api/models/intent", exchange -> send(exchange, 200, """
                {"aliases":{"champion":"v7"},"versions":[{"version":"v7","files":[
                 {"path":"model.safetensors","sha256":"77","size":1}]}]}"""));
        server.createContext("/api/blobs/77", FederationCommandsTest::blob);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getRequestMethod() + " " + path + " " + body);
        String desk = DESK.formatted(stopped);
        switch (path.replace("/api/federations", "")) {
            case "" ->
                send(
                        exchange,
                        exchange.getRequestMethod().equals("POST") ? 201 : 200,
                        exchange.getRequestMethod().equals("POST") ? desk : "[" + desk + "]");
            case "/desk", "/desk/start", "/desk/stop" -> send(exchange, 200, desk);
            case "/desk/tokens" -> send(exchange, 201, "{\"token\":\"t0ken\",\"uses\":3}");
            case "/desk/rounds/1" -> send(exchange, 200, FIRST);
            case "/desk/rounds/2" -> send(exchange, 200, SECOND);
            default -> send(exchange, 404, "{\"detail\":\"There is no such federation.\"}");
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** A file of one half-precision tensor, given in ranges. */
    private static void blob(HttpExchange exchange) throws IOException {
        byte[] header = "{\"head\":{\"dtype\":\"F16\",\"shape\":[2,1],\"data_offsets\":[0,4]}}"
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        file.putShort(Float.floatToFloat16(1.5f)).putShort(Float.floatToFloat16(-2));
        String[] range = exchange.getRequestHeaders()
                .getFirst("range")
                .replace("bytes=", "")
                .split("-");
        byte[] part = Arrays.copyOfRange(file.array(), Integer.parseInt(range[0]), Integer.parseInt(range[1]) + 1);
        exchange.sendResponseHeaders(206, part.length);
        try (exchange) {
            exchange.getResponseBody().write(part);
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void federationsAreListedAndShownForPeopleAndPrograms() {
        assertThat(run("list")).isZero();
        assertThat(printed(out)).contains("FEDERATION", "desk", "rounds done");
        out.reset();
        assertThat(run("show", "desk")).isZero();
        assertThat(printed(out)).contains("1 answered, 1 at work", "d-3: dead", "{\"goal\":3}");
        out.reset();
        assertThat(run("list", "--json")).isZero();
        assertThat(printed(out)).startsWith("{\"name\":\"desk\"").hasLineCount(1);
    }

    @Test
    void aFederationIsMadeOfSettingsAndZeros() throws IOException {
        Path settings = Files.writeString(folder.resolve("settings.json"), "{\"policy\":{\"goal\":3}}");
        assertThat(run("create", "desk", settings.toString(), "--zeros", "weight=384x43,bias=43"))
                .isZero();
        assertThat(asked)
                .containsExactly("POST /api/federations {\"name\":\"desk\",\"settings\":{\"policy\":{\"goal\":3}},"
                        + "\"tensors\":[{\"name\":\"weight\",\"shape\":[384,43]},{\"name\":\"bias\",\"shape\":[43]}],"
                        + "\"running\":false}");
        assertThat(printed(out)).contains("federate tokens desk", "federate start desk");
    }

    @Test
    void aFederationBeginsWithLayersOfARegisteredVersion() throws IOException {
        Path settings = Files.writeString(folder.resolve("settings.json"), "{\"settings\":{\"policy\":{}}}");
        assertThat(run(
                        "create",
                        "desk",
                        settings.toString(),
                        "--model",
                        "intent@champion",
                        "--layers",
                        "head",
                        "--start"))
                .isZero();
        assertThat(asked)
                .containsExactly(
                        "POST /api/federations {\"name\":\"desk\",\"settings\":{\"policy\":{}},"
                                + "\"tensors\":[{\"name\":\"head\",\"shape\":[2,1]}],\"model\":\"AADAPwAAAMA=\",\"running\":true}");
    }

    @Test
    void whatIsWrongWithANewFederationIsSaidBeforeTheServiceIsAsked() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{");
        String away = folder.resolve("away.json").toString();
        assertThat(run("create", "desk", broken.toString(), "--zeros", "a=1")).isOne();
        assertThat(run("create", "desk", away, "--zeros", "a=1")).isOne();
        assertThat(run("create", "desk", away, "--zeros", "a=1", "--model", "m@1"))
                .isOne();
        assertThat(run(
                        "create",
                        "desk",
                        Files.writeString(folder.resolve("fine.json"), "{}").toString(),
                        "--zeros",
                        "a"))
                .isOne();
        assertThat(printed(err))
                .contains("is no JSON", "can't be read", "either by --zeros or by --model", "a is no tensor");
        assertThat(asked).isEmpty();
    }

    @Test
    void startStopAndTokensAreOneCallEach() {
        assertThat(run("start", "desk")).isZero();
        assertThat(run("stop", "desk")).isZero();
        out.reset();
        assertThat(run("tokens", "desk", "--uses", "3", "--life", "PT2H")).isZero();
        assertThat(asked)
                .containsExactly(
                        "POST /api/federations/desk/start {}",
                        "POST /api/federations/desk/stop {}",
                        "POST /api/federations/desk/tokens {\"uses\":3,\"life\":\"PT2H\"}");
        assertThat(printed(out)).isEqualTo("t0ken\n");
    }

    @Test
    void theWatchTellsEachRoundOnceWithWhoWasLostAndWhy() {
        assertThat(run("watch", "desk")).isZero();
        List<String> lines = printed(out).lines().toList();
        assertThat(lines.get(0)).contains("ROUND", "COHORT", "ANSWERED", "KB/UPD", "ACCURACY");
        assertThat(lines.get(1).strip().split("\\s+"))
                .startsWith("1", "3", "2", "0", "17.0", "1.50", "0.700", "0.75", "0.650", "version", "1");
        assertThat(lines.get(1)).endsWith("version 1 (all answered), 1 reported-battery");
        assertThat(lines.get(2)).contains("no version (quorum missed)");
        assertThat(printed(out)).contains("as many versions as were wanted");
    }

    @Test
    void aFederationThatFailedHasAnExitCodeOfItsOwn() {
        stopped = "failing";
        assertThat(run("watch", "desk", "--json")).isEqualTo(3);
        assertThat(printed(out)).hasLineCount(2).startsWith("{\"round\":1,");
    }

    @Test
    void theReportSumsUp() {
        assertThat(run("report", "desk")).isZero();
        assertThat(printed(out))
                .contains(
                        "2, of which 1 made a version",
                        "p50 1.50",
                        "2 counted, 3 too slow",
                        "reported-battery=1",
                        "largest update 17.2 KB",
                        "ε 0.750 spent");
        out.reset();
        assertThat(run("report", "desk", "--json")).isZero();
        assertThat(printed(out)).contains("\"largest_update_bytes\":17200", "\"epsilon\":0.75");
    }

    @Test
    void aFederationThatIsNotThereIsSaidInWords() {
        for (String command : List.of("show", "start", "stop", "watch", "report", "tokens")) {
            err.reset();
            assertThat(run(command, "nobody")).as(command).isOne();
            assertThat(printed(err)).contains("There is no federation nobody", "federate list");
        }
    }

    @Test
    void theDemonstrationSaysWhatIsMissing() {
        assertThat(run("demo", "--devices", "1")).isOne();
        assertThat(run("demo")).isOne();
        assertThat(run("simulate", "--devices", "10")).isOne();
        assertThat(printed(err)).contains("2 to 400 devices", "rivulet-intent is missing", "buildings.jar is missing");
    }

    @Test
    void optionsOfTheSimulatorAreHandedOnInTheirOrder() {
        Context context = new Context(new RivuletHome(folder, folder), Map.of(), System.out, System.err);
        CommandLine simulate = SimulateCommand.commandLine(context);
        simulate.parseArgs("--devices", "10", "--strategies", "krum,median", "--json", "--", "--help");
        SimulateCommand parsed = simulate.getCommand();
        assertThat(parsed.options())
                .containsExactly("--devices", "10", "--strategies", "krum,median", "--json", "--help");
    }

    private int run(String... arguments) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Context context = new Context(
                new RivuletHome(folder.resolve("home"), folder),
                Map.of(
                        "RIVULET_FEDERATION_URL", url,
                        "RIVULET_REGISTRY_URL", url,
                        "RIVULET_INTERNAL_TOKEN", "token"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandLine(new FederateCommand(context))
                .addSubcommand(new CreateCommand(context))
                .addSubcommand(new WatchCommand(context))
                .addSubcommand(new ReportCommand(context))
                .addSubcommand(new DemoCommand(context))
                .addSubcommand(SimulateCommand.commandLine(context))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    assertThat(failure).isInstanceOf(UsageException.class);
                    context.err().println(failure.getMessage());
                    return 1;
                })
                .execute(arguments);
    }

    private static String printed(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
