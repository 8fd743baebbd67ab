// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Status as programs read it. */
class PartStatusTest {
    @TempDir
    Path folder;

    RivuletHome home;
    HttpServer service;
    final AtomicInteger answer = new AtomicInteger(200);

    @BeforeEach
    void oneServiceAnswers() throws Exception {
        home = new RivuletHome(folder.resolve("home"), folder);
        home.create();
        Files.write(UpCommand.wantedFile(home), List.of("gateway-service", "console"));
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/actuator/health/readiness", exchange -> {
            exchange.sendResponseHeaders(answer.get(), -1);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    private JsonNode status(int exit) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Context context = new Context(home, Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8), System.err);
        assertThat(new CommandLine(new StatusCommand(context)).execute("--json"))
                .isEqualTo(exit);
        return new JsonMapper().readTree(out.toString(StandardCharsets.UTF_8));
    }

    private void record(String name) {
        String url = "http://127.0.0.1:" + service.getAddress().getPort();
        PartRecord.of(name, ProcessHandle.current(), url, 3).write(home);
    }

    @Test
    void everyPartIsListedWithStateUrlAndPid() {
        record("gateway-service");

        JsonNode status = status(1);

        assertThat(status.path("up").asBoolean()).isFalse();
        JsonNode gateway = status.path("parts").path(0);
        assertThat(gateway.path("name").asString()).isEqualTo("gateway-service");
        assertThat(gateway.path("state").asString()).isEqualTo("up");
        assertThat(gateway.path("url").asString()).startsWith("http://127.0.0.1:");
        assertThat(gateway.path("pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(gateway.path("restarts").asInt()).isEqualTo(3);
        JsonNode console = status.path("parts").path(1);
        assertThat(console.path("state").asString()).isEqualTo("stopped");
        assertThat(console.path("pid").isNull()).isTrue();
    }

    @Test
    void itIsUpOnlyWhenAllAreReady() {
        record("gateway-service");
        record("console");
        assertThat(status(0).path("up").asBoolean()).isTrue();

        answer.set(503);
        assertThat(status(1).path("parts").path(0).path("state").asString()).isEqualTo("starting");
    }
}
