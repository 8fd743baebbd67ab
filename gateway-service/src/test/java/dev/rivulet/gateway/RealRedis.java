// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A Redis server in a process of its own, that a test stops and starts again; empty at each start. */
public final class RealRedis implements AutoCloseable {

    public static final String PASSWORD = "a password";

    private final int port;
    private final int tlsPort;
    private final List<String> settings = new ArrayList<>(List.of("requirepass \"" + PASSWORD + "\"", "save \"\""));
    private RedisServer server;

    private RealRedis(int port, int tlsPort, List<String> more) {
        this.port = port;
        this.tlsPort = tlsPort;
        settings.addAll(more);
        this.server = started();
    }

    public static RealRedis start() {
        return new RealRedis(freePort(), 0, List.of());
    }

    /** One that is reached by TLS too. @param folder where {@code redis.crt} and its key are */
    public static RealRedis withTls(Path folder) {
        Path certificate = folder.resolve("redis.crt");
        Path key = folder.resolve("redis.key");
        int tlsPort = freePort();
        return new RealRedis(
                freePort(),
                tlsPort,
                List.of(
                        "tls-port " + tlsPort,
                        "tls-cert-file " + certificate,
                        "tls-key-file " + key,
                        "tls-auth-clients no"));
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RedisServer started() {
        try {
            RedisServerBuilder builder =
                    RedisServer.newRedisServer().port(port).bind("127.0.0.1").onShutdownForceStop(true);
            settings.forEach(builder::setting);
            RedisServer fresh = builder.build();
            fresh.start();
            return fresh;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public String tlsUrl() {
        return "rediss://127.0.0.1:" + tlsPort;
    }

    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void startAgain() {
        server = started();
    }

    /** What another client is answered. */
    public <T> T ask(Function<RedisCommands<String, String>, T> question) {
        RedisURI uri = RedisURI.create(url());
        uri.setAuthentication(PASSWORD.toCharArray());
        RedisClient client = RedisClient.create(uri);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
