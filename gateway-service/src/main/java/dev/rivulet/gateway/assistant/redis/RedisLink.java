// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.io.File;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis, which comes back by itself. Nothing waits for it longer than its patience: while it is away, commands fail at
 * once. Safe for use by many threads.
 */
final class RedisLink implements AutoCloseable {

    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration QUIET = Duration.ofMillis(100);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisURI uri;
    private final Duration patience;
    private final LongSupplier nanos;
    private final ClientResources resources;
    private final RedisClient client;
    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;
    private long triedAt;

    /** @param nanos a monotonic clock */
    RedisLink(RedisProperties settings, LongSupplier nanos) {
        this.uri = uri(settings);
        this.patience = settings.patience();
        this.nanos = nanos;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.constant(AGAIN))
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(settings));
        var unused = connected();
    }

    private static RedisURI uri(RedisProperties settings) {
        RedisURI uri = RedisURI.create(settings.url());
        uri.setTimeout(settings.connectTimeout());
        if (!settings.password().isEmpty()) {
            uri.setAuthentication(
                    settings.username().isEmpty() ? "default" : settings.username(),
                    settings.password().toCharArray());
        }
        return uri;
    }

    private static ClientOptions options(RedisProperties settings) {
        SocketOptions sockets = SocketOptions.builder()
                .connectTimeout(settings.connectTimeout())
                .keepAlive(KeepAliveOptions.builder()
                        .enable()
                        .idle(Duration.ofSeconds(5))
                        .interval(Duration.ofSeconds(1))
                        .count(3)
                        .build())
                .build();
        ClientOptions.Builder options = ClientOptions.builder()
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(settings.waiting())
                .socketOptions(sockets);
        if (!settings.ca().isEmpty()) {
            options.sslOptions(
                    SslOptions.builder().trustManager(new File(settings.ca())).build());
        }
        return options.build();
    }

    /** The answer to a command; fails where there is none in time. */
    <T> CompletionStage<T> ask(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        return connected()
                .copy()
                .thenCompose(open -> command.apply(open.async()))
                .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The first connection is tried for until there is one; from then on the client sees to it. */
    private synchronized CompletableFuture<StatefulRedisConnection<String, byte[]>> connected() {
        long now = nanos.getAsLong();
        CompletableFuture<StatefulRedisConnection<String, byte[]>> known = connection;
        boolean failed = known != null && known.isCompletedExceptionally() && now - triedAt >= AGAIN.toNanos();
        if (known == null || failed) {
            triedAt = now;
            known = client.connectAsync(CODEC, uri).toCompletableFuture();
            connection = known;
        }
        return known;
    }

    @Override
    public void close() {
        client.shutdown(QUIET.toMillis(), LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        var unused = resources.shutdown(QUIET.toMillis(), LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
