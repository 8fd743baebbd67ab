// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayApplication;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.testsupport.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in a process of its own whose disk has 4 MiB (a file system in memory, in a name space of the process) and is full: it
 * answers as before, refuses what it can't keep, and takes it once there is room.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDiskIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int FILE = 3 << 20;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private StubReplica replica;
    private JavaProcess gateway;
    private String url;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        replica = StubReplica.start("elsewhere").json(200, """
                {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[]}""");
        int port = freePort();
        url = "http://127.0.0.1:" + port;
        Path disk = Files.createDirectory(folder.resolve("disk"));
        gateway = new JavaProcess(
                GatewayApplication.class,
                folder.resolve("gateway.log"),
                Map.of(),
                List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=4m none \"$0\" && exec \"$@\"",
                        disk.toString()));
        gateway.start(
                List.of("-Xmx192m"),
                Stream.of(
                                "server.port=" + port,
                                "spring.cloud.config.enabled=false",
                                "spring.cloud.bus.enabled=false",
                                "spring.cloud.function.definition=",
                                "spring.cloud.stream.function.autodetect=false",
                                "rivulet.identity.store=memory",
                                "rivulet.rollouts.follow=false",
                                "rivulet.jobs.enabled=false",
                                "rivulet.files.folder=" + disk.resolve("files"),
                                "rivulet.feedback.site.folder=" + disk.resolve("feedback"),
                                "rivulet.routing.upstreams[0].name=elsewhere",
                                "rivulet.routing.upstreams[0].url=" + replica.url() + "/v1",
                                "rivulet.routing.upstreams[0].models[0].name=m",
                                "rivulet.identity.keys[0].name=test",
                                "rivulet.identity.keys[0].scopes=inference",
                                "rivulet.identity.keys[0].sha256=" + GatewayFixture.sha256(GatewayFixture.KEY))
                        .map("--"::concat)
                        .toList());
    }

    @AfterAll
    void stop() {
        gateway.close();
        replica.close();
    }

    @Test
    void whatItHasNoRoomForIsRefusedAnswersGoOnAndItIsTakenWhenThereIsRoom() throws Exception {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            gateway.requireAlive();
            return chat().statusCode() == 200;
        });
        HttpResponse<String> first = upload();
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);

        for (int again = 0; again < 3; again++) {
            HttpResponse<String> full = upload();
            assertThat(full.statusCode()).as(full.body()).isEqualTo(503);
            assertThat(full.body()).contains("store_unavailable").doesNotContain("No space", "Exception");
            assertThat(full.headers().firstValue("retry-after")).isPresent();
        }
        assertThat(chat().statusCode()).isEqualTo(200);
        assertThat(get("/actuator/health/liveness")).isEqualTo(200);
        assertThat(get("/actuator/health/readiness")).as("answers need no disk").isEqualTo(200);

        String id = Uploads.json(first).path("id").asString();
        assertThat(send(request("/v1/files/" + id).DELETE()).statusCode()).isEqualTo(200);
        HttpResponse<String> later = upload();
        assertThat(later.statusCode())
                .as("nothing of the refused ones is left: %s", later.body())
                .isEqualTo(200);
    }

    private HttpResponse<String> upload() throws Exception {
        String text = "x".repeat(FILE);
        String body = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch"
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + text
                + "\r\n--b--\r\n";
        return send(request("/v1/files")
                .header("content-type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> chat() throws Exception {
        return send(request(GatewayFixture.CHAT)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(GatewayFixture.WHOLE)));
    }

    private int get(String path) throws Exception {
        return send(request(path)).statusCode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + GatewayFixture.KEY);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
