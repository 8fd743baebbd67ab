// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Starts the gateways of a comparison, each with one upstream, one key where it knows keys, and its log and configuration in a
 * folder.
 */
final class Doors {

    private static final String KEY = "sk-bench-0123456789abcdef0123456789abcdef";

    private final PacedUpstream upstream;
    private final Path folder;

    Doors(PacedUpstream upstream, Path folder) {
        this.upstream = upstream;
        this.folder = folder;
    }

    /**
     * Rivulet's, alone: without Kafka and config-server, with the heap that {@code ./rivulet up} gives it.
     *
     * @param jar its executable jar
     */
    Door rivulet(Path jar) throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = gateway(jar, port, List.of("http://127.0.0.1:" + upstream.port() + "/v1"));
        command.addAll(List.of(
                "--rivulet.admission.concurrency=20000",
                "--rivulet.admission.adaptive=false",
                "--logging.level.dev.rivulet.gateway.access=warn"));
        return Door.start(Door.OURS, port, KEY, command, folder.resolve(Door.OURS + ".log"));
    }

    /**
     * Rivulet's with another way to choose among several upstreams.
     *
     * @param strategy of {@code rivulet.routing}
     * @param urls of the upstreams, each with {@code /v1}
     */
    static Door routing(Path jar, String strategy, List<String> urls, Path folder)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = gateway(jar, port, urls);
        command.add("--rivulet.routing.strategy=" + strategy);
        return Door.start(strategy, port, KEY, command, folder.resolve(strategy + ".log"));
    }

    /**
     * Rivulet's with its own admission, for several keys.
     *
     * @param keys their names; {@link #key} is what their callers send
     */
    static Door overloaded(Path jar, Overloaded replica, List<String> keys, Path folder)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = gateway(jar, port, List.of(replica.url()));
        command.add("--rivulet.routing.upstreams[0].replica=" + replica.knowsKeys());
        for (int i = 0; i < keys.size(); i++) {
            String setting = "--rivulet.identity.keys[" + (i + 1) + "].";
            command.add(setting + "name=" + keys.get(i));
            command.add(setting + "sha256=" + sha256(key(keys.get(i))));
        }
        return Door.start(Door.OURS, port, KEY, command, folder.resolve(Door.OURS + ".log"));
    }

    /** The API key of a name. */
    static String key(String name) {
        return KEY + "-" + name;
    }

    private static List<String> gateway(Path jar, int port, List<String> urls) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jar.toString(),
                "--server.port=" + port,
                "--spring.cloud.bus.enabled=false",
                "--spring.cloud.config.enabled=false",
                "--spring.cloud.function.definition=",
                "--spring.cloud.stream.function.autodetect=false",
                "--rivulet.jobs.enabled=false",
                "--rivulet.identity.store=memory",
                "--rivulet.rollouts.follow=false",
                "--rivulet.identity.keys[0].name=bench",
                "--rivulet.identity.keys[0].sha256=" + sha256(KEY)));
        for (int i = 0; i < urls.size(); i++) {
            String setting = "--rivulet.routing.upstreams[" + i + "].";
            command.addAll(List.of(
                    setting + "name=upstream-" + i,
                    setting + "url=" + urls.get(i),
                    setting + "leaves-site=false",
                    setting + "models[0].name=" + PacedUpstream.MODEL));
        }
        return command;
    }

    /** A reverse proxy that reads nothing: the least that a hop costs. */
    Door nginx(String program) throws IOException, InterruptedException {
        int port = freePort();
        Path settings = folder.resolve("nginx.conf");
        Files.writeString(settings, """
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log stderr error;
                daemon off;
                events { worker_connections 20000; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  keepalive_requests 1000000;
                  upstream paced { server 127.0.0.1:%2$d; keepalive 1000; keepalive_requests 1000000; }
                  server {
                    listen 127.0.0.1:%3$d;
                    location / {
                      proxy_pass http://paced;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_buffering off;
                      proxy_read_timeout 1h;
                    }
                  }
                }
                """.formatted(folder, upstream.port(), port));
        return Door.start("nginx", port, KEY, List.of(program, "-c", settings.toString()), folder.resolve("nginx.log"));
    }

    /** LiteLLM's proxy with one worker. */
    Door litellm(String program) throws IOException, InterruptedException {
        int port = freePort();
        Path settings = folder.resolve("litellm.yaml");
        Files.writeString(settings, """
                model_list:
                  - model_name: %1$s
                    litellm_params:
                      model: openai/%1$s
                      api_base: http://127.0.0.1:%2$d/v1
                      api_key: none
                general_settings:
                  master_key: %3$s
                litellm_settings:
                  num_retries: 0
                  telemetry: false
                """.formatted(PacedUpstream.MODEL, upstream.port(), KEY));
        List<String> command = List.of(
                program,
                "--config",
                settings.toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--num_workers",
                "1");
        return Door.start("litellm", port, KEY, command, folder.resolve("litellm.log"));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
