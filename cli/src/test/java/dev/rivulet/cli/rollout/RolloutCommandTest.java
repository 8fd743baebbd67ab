// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a registry that knows one rollout and tells what it was asked. */
class RolloutCommandTest {

    private static final String ROLLOUT = """
            {"rollout":"r-00000000000000aa","model":"desk","baseline":"1","candidate":"2","state":"canary","percent":10,
             "reason":"no worse over 120 requests","timeline":[
              {"at":"2026-11-26T12:00:00Z","event":"advanced","percent":10,"decision":{"by":"registry",
               "reason":"no worse over 120 requests","evidence":{"measures":[
                {"metric":"ttft_p99","candidate":0.21,"baseline":0.2,"limit":0.25,"p_value":null,"outcome":"PASS"}]}}}]}""";

    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/rollouts", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            String query = exchange.getRequestURI().getQuery();
            String none = query != null && query.contains("model=nobody") ? "" : ROLLOUT;
            byte[] answer =
                    (query == null ? ROLLOUT : "{\"rollouts\":[" + none + "]}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (exchange) {
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aStartSaysOnlyWhatWasGivenAndWho() {
        assertThat(run("start", "desk", "2", "--steps", "10,50,100", "--min-samples", "30", "--by-hand"))
                .isZero();
        assertThat(asked)
                .containsExactly("POST /api/rollouts {\"by\":\"ada\",\"model\":\"desk\",\"candidate\":\"2\","
                        + "\"steps\":[10,50,100],\"min_samples\":30,\"automatic\":false}");
        assertThat(printed(out)).contains("r-00000000000000aa", "desk 1 → 2", "canary, 10 %");
    }

    @Test
    void aStartSaysHowRequestsAreMirroredAndWhetherFeedbackIsNeeded() {
        assertThat(run("start", "desk", "2", "--shadow-seconds", "60", "--min-agreement", "0.9", "--feedback-required"))
                .isZero();
        assertThat(asked)
                .containsExactly("POST /api/rollouts {\"by\":\"ada\",\"model\":\"desk\",\"candidate\":\"2\","
                        + "\"shadow_seconds\":60.0,\"min_agreement\":0.9,\"feedback_required\":true}");
    }

    @Test
    void aRolloutIsShownWithItsNumbersByItsIdOrItsModel() {
        assertThat(run("show", "desk")).isZero();
        assertThat(asked).last().asString().startsWith("GET /api/rollouts/r-00000000000000aa");
        assertThat(printed(out)).contains("no worse over 120 requests (registry)", "ttft_p99", "0.21", "p -", "pass");
        out.reset();
        assertThat(run("show", "r-00000000000000aa", "--json")).isZero();
        assertThat(printed(out))
                .startsWith("{\"rollout\":\"r-00000000000000aa\"")
                .hasLineCount(1);
    }

    @Test
    void rolloutsAreListedForPeopleAndForPrograms() {
        assertThat(run("list", "--model", "desk", "--active")).isZero();
        assertThat(asked).last().asString().contains("active=true", "model=desk");
        assertThat(printed(out)).contains("ROLLOUT", "1 → 2", "canary");
        out.reset();
        assertThat(run("list", "--json")).isZero();
        assertThat(printed(out)).startsWith("{\"rollout\"");
    }

    @Test
    void everyChangeIsOneCallWithItsReason() {
        for (String action : List.of("pause", "resume", "advance", "promote", "abort")) {
            assertThat(run(action, "desk", "--reason", "because")).isZero();
            assertThat(asked)
                    .last()
                    .isEqualTo("POST /api/rollouts/r-00000000000000aa/" + action
                            + " {\"reason\":\"because\",\"by\":\"ada\"}");
        }
    }

    @Test
    void aModelWithoutARolloutIsSaidInWords() {
        assertThat(run("show", "nobody")).isOne();
        assertThat(printed(err)).contains("There is no rollout of nobody", "rollout start");
    }

    private int run(String... arguments) {
        Context context = new Context(
                new RivuletHome(folder.resolve("home"), folder),
                Map.of(
                        "RIVULET_REGISTRY_URL",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        "USER",
                        "ada"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandLine(new RolloutCommand(context))
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
