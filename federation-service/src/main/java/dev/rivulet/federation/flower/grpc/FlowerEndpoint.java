// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower.grpc;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.flower.FlowerDesk;
import dev.rivulet.federation.flower.FlowerLine;
import dev.rivulet.federation.flower.FlowerSettings;
import dev.rivulet.flower.v1.ClientMessage;
import dev.rivulet.flower.v1.ServerMessage;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Listens for programs of Flower, if a federation is named for them; each call has a thread that takes part for its program. */
@Component
@ConditionalOnProperty("rivulet.federation.flower.federation")
public final class FlowerEndpoint implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(FlowerEndpoint.class);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MOST_METADATA = 8192;
    private static final long KEEP_ALIVE_SECONDS = 20;
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Consumer<FlowerLine> desk;
    private final MeterRegistry meters;
    private final FlowerSettings settings;
    private final ThreadFactory threads = Thread.ofVirtual().name("flower-", 0).factory();
    private final Set<Thread> serving = ConcurrentHashMap.newKeySet();
    private @Nullable Server server;

    @Autowired
    FlowerEndpoint(FlowerDesk desk, FlowerSettings settings, MeterRegistry meters) {
        this(desk::serve, settings, meters);
    }

    /**
     * @param desk serves a program until it returns; throws {@link RefusedException} where it does not
     * @param meters where calls that are not served are counted
     */
    FlowerEndpoint(Consumer<FlowerLine> desk, FlowerSettings settings, MeterRegistry meters) {
        this.meters = meters;
        this.desk = desk;
        this.settings = settings;
    }

    /** Where it listens; 0 if it does not. */
    public int port() {
        Server running = server;
        return running == null ? 0 : running.getPort();
    }

    @Override
    public void start() {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.address(), settings.port()))
                .maxInboundMessageSize((int) settings.mostMessage().toBytes())
                .maxInboundMetadataSize(MOST_METADATA)
                .maxConcurrentCallsPerConnection(1)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .addStreamTracerFactory(new ClosedCalls(this::count))
                .addService(service());
        if (settings.certificate() != null && settings.key() != null) {
            builder.useTransportSecurity(
                    settings.certificate().toFile(), settings.key().toFile());
        }
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The endpoint for programs of Flower can't listen on " + settings.address(), e);
        }
        log.info("Programs of Flower may join {} at port {}", settings.federation(), port());
    }

    private ServerServiceDefinition service() {
        MethodDescriptor<ClientMessage, ServerMessage> join =
                MethodDescriptor.<ClientMessage, ServerMessage>newBuilder()
                        .setType(MethodType.BIDI_STREAMING)
                        .setFullMethodName("flwr.proto.FlowerService/Join")
                        .setRequestMarshaller(new MessageMarshaller<>(ClientMessage.parser()))
                        .setResponseMarshaller(new MessageMarshaller<>(ServerMessage.parser()))
                        .build();
        return ServerServiceDefinition.builder("flwr.proto.FlowerService")
                .addMethod(join, this::join)
                .build();
    }

    private ServerCall.Listener<ClientMessage> join(ServerCall<ClientMessage, ServerMessage> call, Metadata metadata) {
        if (!permitted(metadata)) {
            count(RefusalCode.BAD_TOKEN);
            call.close(Status.UNAUTHENTICATED.withDescription("the call brings not the token"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        call.sendHeaders(new Metadata());
        GrpcLine line = new GrpcLine(call);
        Thread thread = threads.newThread(() -> serve(call, line));
        serving.add(thread);
        line.whenGone(thread::interrupt);
        thread.start();
        return line;
    }

    private void count(RefusalCode code) {
        meters.counter("rivulet.federation.refusals", "reason", code.wire()).increment();
    }

    private boolean permitted(Metadata metadata) {
        if (settings.token() == null) {
            return true;
        }
        byte[] brought = String.valueOf(metadata.get(AUTHORIZATION)).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(("Bearer " + settings.token()).getBytes(StandardCharsets.UTF_8), brought);
    }

    private void serve(ServerCall<ClientMessage, ServerMessage> call, GrpcLine line) {
        Status ended = Status.OK;
        try {
            desk.accept(line);
        } catch (RefusedException e) {
            ended = Status.UNAVAILABLE.withDescription(e.detail());
        } catch (RuntimeException e) {
            log.error("A program of Flower could not be served", e);
            ended = Status.INTERNAL.withDescription("the federation failed");
        } finally {
            serving.remove(Thread.currentThread());
        }
        if (!line.gone()) {
            call.close(ended, new Metadata());
        }
    }

    /** Programs are told to come again. */
    @Override
    public void stop() {
        Server running = server;
        if (running == null) {
            return;
        }
        running.shutdown();
        serving.forEach(Thread::interrupt);
        try {
            if (!running.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
        server = null;
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
