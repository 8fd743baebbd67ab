// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import dev.rivulet.gateway.admission.AdmissionGate;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Replica.Served;
import dev.rivulet.gateway.routing.Replica.State;
import dev.rivulet.gateway.routing.Routes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

/** A running gateway without Kafka, whose routing table a test fills. */
public final class GatewayFixture implements AutoCloseable {

    public static final String KEY = "rvk_testtesttesttesttesttesttesttesttesttesttes";
    public static final String CHAT = "/v1/chat/completions";
    public static final String STREAM =
            "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    public static final String WHOLE = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private static final Path FILES =
            Path.of("target", "files-" + ProcessHandle.current().pid());

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private GatewayFixture(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts one that knows no Kafka. */
    public static GatewayFixture start(String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "spring.cloud.bus.enabled=false",
                "spring.cloud.function.definition=",
                "rivulet.identity.store=memory",
                "rivulet.rollouts.follow=false",
                "spring.cloud.stream.function.autodetect=false"));
        all.addAll(List.of(properties));
        if (all.stream().noneMatch(property -> property.startsWith("rivulet.jobs.enabled="))) {
            all.add("rivulet.jobs.enabled=false");
        }
        return run(all);
    }

    /** Starts one on a real broker. */
    public static GatewayFixture startOn(String brokers, String... properties) {
        List<String> all = new ArrayList<>(List.of("spring.cloud.stream.kafka.binder.brokers=" + brokers));
        all.addAll(List.of(properties));
        return run(all);
    }

    private static GatewayFixture run(List<String> properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.port=0",
                "spring.main.banner-mode=off",
                "spring.cloud.config.enabled=false",
                "logging.structured.format.console=",
                "rivulet.routing.probe-timeout=2s",
                "rivulet.files.folder=" + FILES,
                "rivulet.identity.keys[0].name=test",
                "rivulet.identity.keys[0].scopes=inference",
                "rivulet.identity.keys[0].sha256=" + sha256(KEY)));
        properties.forEach(property -> {
            String name = property.substring(0, property.indexOf('=') + 1);
            all.removeIf(other -> other.startsWith(name));
            all.add(property);
        });
        String[] arguments = all.stream().map("--"::concat).toArray(String[]::new);
        return new GatewayFixture(new SpringApplicationBuilder(GatewayApplication.class)
                .initializers(GatewayFixture::ownEventLoops)
                .run(arguments));
    }

    /** A gateway that closes must not take the event loops of another one in this process with it. */
    private static void ownEventLoops(ConfigurableApplicationContext context) {
        ((GenericApplicationContext) context).registerBean(ReactorResourceFactory.class, () -> {
            ReactorResourceFactory loops = new ReactorResourceFactory();
            loops.setUseGlobalResources(false);
            return loops;
        });
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    public Routes routes() {
        return context.getBean(Routes.class);
    }

    public AdmissionGate gate() {
        return context.getBean(AdmissionGate.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    /** Puts a replica into the table with the models that it serves. */
    public void join(StubReplica replica) {
        join(replica, 0);
    }

    public void join(StubReplica replica, long outstandingTokens) {
        routes().reported(replica.status(outstandingTokens));
    }

    /** Puts whatever answers at an address into the table as a replica that serves the model {@code m}. */
    public void join(String id, URI url, Instant startedAt, long outstandingTokens) {
        routes().reported(new Replica(
                id, url, startedAt, 0, false, List.of(new Served("m", "1", State.READY, 64, outstandingTokens))));
    }

    public HttpResponse<String> chat(String body) throws Exception {
        return post(CHAT, body);
    }

    /** A stream as it came but for the pings, which come whenever a machine is slow. */
    public String streamed(String body) throws Exception {
        return withoutPings(chat(body).body());
    }

    public static String withoutPings(String stream) {
        return stream.replace(": ping\n\n", "");
    }

    public HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(path))
                .header("authorization", "Bearer " + KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(url(path)).header("authorization", "Bearer " + KEY));
    }

    /** What the holder of another key is answered. */
    public int statusFor(String key, String method, String path) throws Exception {
        return send(HttpRequest.newBuilder(url(path))
                        .header("authorization", "Bearer " + key)
                        .method(method, HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer =
                http.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
        PublishedAnswers.check(answer);
        return answer;
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    @Override
    public void close() {
        http.close();
        context.close();
    }

    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
