// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.gateway.GatewayFixture;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The Java SDK's client, unmodified, at a gateway whose registry answers as the test says. */
@ExtendWith(OutputCaptureExtension.class)
class McpTest {

    private static final String LARGE = "x".repeat(4_096);
    private static final String READER = "rvk_readerreaderreaderreaderreaderreaderreaderre";
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();

    private static HttpServer registry;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", McpTest::answer);
        registry.start();
        String url = "http://127.0.0.1:" + registry.getAddress().getPort();
        gateway = GatewayFixture.start(
                "rivulet.mcp.registry=" + url,
                "rivulet.mcp.federation=http://127.0.0.1:1",
                "rivulet.mcp.max-answer=2KB",
                "rivulet.identity.keys[0].scopes=inference,admin",
                "rivulet.identity.keys[1].name=reader",
                "rivulet.identity.keys[1].scopes=platform:read",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(READER));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        registry.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        ASKED.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        String path = exchange.getRequestURI().getPath();
        boolean known = !path.endsWith("/nobody");
        String answer = switch (path) {
            case "/api/models/nobody" -> "{\"detail\":\"There is no model nobody.\"}";
            case "/api/models/large" -> "{\"x\":\"" + LARGE + "\"}";
            default -> "{\"path\":\"" + path + "\"}";
        };
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(known ? 200 : 404, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static McpSyncClient client(String key) {
        McpSyncClient client = McpClient.sync(
                        HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + gateway.port())
                                .requestBuilder(HttpRequest.newBuilder().header("authorization", "Bearer " + key))
                                .build())
                .requestTimeout(Duration.ofSeconds(60))
                .initializationTimeout(Duration.ofSeconds(60))
                .build();
        client.initialize();
        return client;
    }

    private static CallToolResult call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        return client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    @Test
    void theToolsAreThoseOfTheHousePlanAndSayWhichChangeSomething() {
        try (McpSyncClient client = client(GatewayFixture.KEY)) {
            List<Tool> tools = client.listTools().tools();
            assertThat(tools)
                    .extracting(Tool::name)
                    .containsExactlyInAnyOrder(
                            "list_models",
                            "show_model",
                            "list_replicas",
                            "list_rollouts",
                            "show_rollout",
                            "list_federations",
                            "show_federation",
                            "start_rollout",
                            "abort_rollout");
            assertThat(tools)
                    .filteredOn(tool -> !tool.annotations().readOnlyHint())
                    .extracting(Tool::name)
                    .containsExactlyInAnyOrder("start_rollout", "abort_rollout");
            assertThat(client.getServerInstructions()).contains("only when the person asks");
        }
    }

    @Test
    void whatIsAskedGoesToTheServiceAndItsAnswerComesBack() {
        try (McpSyncClient client = client(READER)) {
            gateway.join("replica-1", URI.create("http://127.0.0.1:9"), Instant.now(), 7);
            assertThat(text(call(client, "list_replicas", Map.of())))
                    .contains("\"id\":\"replica-1\"", "\"state\":\"ready\"")
                    .doesNotContain("127.0.0.1");
            CallToolResult shown = call(client, "show_model", Map.of("model", "desk"));
            assertThat(shown.isError()).isFalse();
            assertThat(text(shown)).isEqualTo("{\"path\":\"/api/models/desk\"}");
            assertThat(shown.structuredContent()).isEqualTo(Map.of("path", "/api/models/desk"));
            call(client, "list_rollouts", Map.of("model", "desk", "active", true));
            assertThat(ASKED).last().asString().startsWith("GET /api/rollouts?limit=20&active=true&model=desk");
        }
    }

    @Test
    void aRolloutIsStartedAndAbortedInTheNameOfTheKey(CapturedOutput output) {
        try (McpSyncClient client = client(GatewayFixture.KEY)) {
            call(client, "start_rollout", Map.of("model", "desk", "version", "2", "steps", List.of(50, 100)));
            assertThat(ASKED)
                    .last()
                    .asString()
                    .startsWith("POST /api/rollouts {")
                    .contains("\"candidate\":\"2\"", "\"by\":\"mcp:test\"", "\"steps\":[50,100]")
                    .doesNotContain("\"version\"");
            call(client, "abort_rollout", Map.of("rollout", "r-00000000000000aa", "reason", "wrong tone"));
            assertThat(ASKED)
                    .last()
                    .asString()
                    .startsWith("POST /api/rollouts/r-00000000000000aa/abort {")
                    .contains("\"reason\":\"wrong tone\"");
            assertThat(output.getAll()).contains("mcp.start_rollout by test: done", "mcp.abort_rollout by test: done");
        }
    }

    @Test
    void aKeyDoesNoMoreThanItsScopesAllow() throws Exception {
        try (McpSyncClient client = client(READER)) {
            CallToolResult refused = call(client, "start_rollout", Map.of("model", "desk", "version", "9"));
            assertThat(refused.isError()).isTrue();
            assertThat(text(refused)).contains("'rollouts:write'", "./rivulet keys create");
            assertThat(ASKED).noneMatch(asked -> asked.contains("\"candidate\":\"9\""));
        }
        HttpResponse<String> stranger;
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI url = URI.create("http://127.0.0.1:" + gateway.port() + "/mcp");
            HttpRequest request = HttpRequest.newBuilder(url)
                    .header("authorization", "Bearer nobody")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            stranger = http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.headers().firstValue("www-authenticate")).isPresent();
    }

    @Test
    void whatFailsIsAToolErrorThatSaysHowToMendIt() {
        try (McpSyncClient client = client(READER)) {
            CallToolResult unknown = call(client, "show_model", Map.of("model", "nobody"));
            assertThat(unknown.isError()).isTrue();
            assertThat(text(unknown)).isEqualTo("model-registry answered 404: There is no model nobody.");
            assertThat(text(call(client, "show_model", Map.of("model", "large"))))
                    .contains("rivulet.mcp.max-answer");
            CallToolResult away = call(client, "list_federations", Map.of());
            assertThat(away.isError()).isTrue();
            assertThat(text(away)).contains("federation-service can't be reached", "./rivulet status");
            CallToolResult bad = call(client, "show_model", Map.of("model", "../../actuator"));
            assertThat(bad.isError()).isTrue();
            assertThat(ASKED).noneMatch(asked -> asked.contains("actuator"));
        }
    }
}
