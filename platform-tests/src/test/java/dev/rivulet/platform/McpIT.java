// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** MCP's own clients, of Java and of npm, unmodified, look at the running platform and roll a version out. */
@ExtendWith(OnPlatform.class)
class McpIT {

    private static McpSyncClient client(Platform platform, String key) {
        McpSyncClient client = McpClient.sync(HttpClientStreamableHttpTransport.builder(
                                platform.gateway().toString())
                        .requestBuilder(HttpRequest.newBuilder().header("authorization", "Bearer " + key))
                        .build())
                .requestTimeout(Duration.ofMinutes(1))
                .initializationTimeout(Duration.ofMinutes(1))
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
    void theClientOfNpmSeesTheModels(Platform platform) {
        JsonNode seen = NodeProgram.run(platform, "mcp.mjs");

        assertThat(seen.path("server").path("name").asString()).isEqualTo("rivulet");
        assertThat(seen.path("tools")).hasSize(9);
        assertThat(seen.path("models").toString()).contains(Platform.MODEL);
        assertThat(seen.path("shown").asString()).isEqualTo(Platform.MODEL);
        assertThat(seen.path("unknown").path("isError").asBoolean()).isTrue();
        assertThat(seen.path("unknown").path("text").asString()).contains("model-registry answered 404");
    }

    @Test
    void theClientOfJavaStartsARolloutAndGivesItUpAsFarAsItsKeyMay(Platform platform) {
        String folder = Platform.repository()
                .resolve("models/artefacts/" + Platform.MODEL)
                .toString();
        for (List<String> version : List.of(List.of("one", "champion"), List.of("two", "next"))) {
            platform.run(
                            "models",
                            "push",
                            folder,
                            "--name",
                            "mcp-rolled",
                            "--version-name",
                            version.getFirst(),
                            "--alias",
                            version.getLast())
                    .succeeded();
        }
        String reader = platform.run("keys", "create", "mcp-it-reader", "--scope", "platform:read")
                .succeeded()
                .output()
                .strip();
        try (McpSyncClient client = client(platform, platform.apiKey());
                McpSyncClient reading = client(platform, reader)) {
            Map<String, Object> wanted = Map.of("model", "mcp-rolled", "version", "two", "automatic", false);
            CallToolResult refused = call(reading, "start_rollout", wanted);
            assertThat(refused.isError()).isTrue();
            assertThat(text(refused)).contains("rollouts:write");

            CallToolResult started = call(client, "start_rollout", wanted);
            assertThat(started.isError()).as(text(started)).isFalse();
            String id = Platform.JSON.readTree(text(started)).path("rollout").asString();
            assertThat(text(call(reading, "list_rollouts", Map.of("model", "mcp-rolled", "active", true))))
                    .contains(id);
            assertThat(text(call(client, "abort_rollout", Map.of("rollout", id, "reason", "a test"))))
                    .contains("aborted");
            assertThat(text(call(reading, "show_rollout", Map.of("rollout", id))))
                    .contains("\"mcp:first\"", "a test");
            assertThat(text(call(reading, "list_replicas", Map.of()))).contains(Platform.MODEL);
            assertThat(call(reading, "list_federations", Map.of()).isError()).isFalse();
        }
    }
}
