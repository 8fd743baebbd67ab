// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real config-server on a port of its own, and calls with its token. */
record RunningServer(ConfigurableApplicationContext context) implements AutoCloseable {

    static final String TOKEN = "a-token-of-this-test-0123456789";
    static final String BEARER = "Bearer " + TOKEN;
    /** Of ada, who publishes. */
    static final String ADA = "Bearer the-token-of-ada";
    /** Of rob, who reads. */
    static final String ROB = "Bearer the-token-of-rob";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static RunningServer start(String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(
                                "--rivulet.access.token=" + TOKEN,
                                "--rivulet.callers.principals.ada.token-sha256=" + sha256(ADA),
                                "--rivulet.callers.principals.ada.role=operator",
                                "--rivulet.callers.principals.rob.token-sha256=" + sha256(ROB)),
                        Arrays.stream(arguments))
                .toArray(String[]::new);
        return new RunningServer(new SpringApplicationBuilder(ConfigServerApplication.class).run(all));
    }

    private static String sha256(String bearer) {
        try {
            byte[] token = bearer.substring("Bearer ".length()).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    HttpResponse<String> call(String method, String path, @Nullable String body)
            throws IOException, InterruptedException {
        return call(method, path, body, BEARER);
    }

    HttpResponse<String> call(String method, String path, @Nullable String body, @Nullable String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("content-type", "application/json")
                .header("from", "somebody-else@example.org");
        if (authorization != null) {
            request.header("authorization", authorization);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(call("GET", path, null).body());
    }

    /** What a service that asks for this path would see of a key; null if it is not served. */
    @Nullable String served(String path, String key) throws IOException, InterruptedException {
        for (JsonNode source : get(path).path("propertySources")) {
            JsonNode value = source.path("source").path(key);
            if (!value.isMissingNode()) {
                return value.asString();
            }
        }
        return null;
    }

    @Override
    public void close() {
        context.close();
    }
}
