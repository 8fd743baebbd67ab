// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import dev.rivulet.flower.v1.ClientMessage;
import dev.rivulet.flower.v1.ClientMessage.EvaluateRes;
import dev.rivulet.flower.v1.ClientMessage.FitRes;
import dev.rivulet.flower.v1.ServerMessage;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A program that joins as Flower's own do: one call, an answer to each message. */
public final class FlowerProgram extends ClientCall.Listener<byte[]> implements AutoCloseable {

    /** What it answers; null for what has no answer. */
    @FunctionalInterface
    public interface Answering extends Function<ServerMessage, ClientMessage> {

        /** Evaluates and fits. */
        static Answering of(
                Function<ServerMessage.EvaluateIns, EvaluateRes> evaluate, Function<ServerMessage.FitIns, FitRes> fit) {
            return message -> message.hasEvaluateIns()
                    ? ClientMessage.newBuilder()
                            .setEvaluateRes(evaluate.apply(message.getEvaluateIns()))
                            .build()
                    : ClientMessage.newBuilder()
                            .setFitRes(fit.apply(message.getFitIns()))
                            .build();
        }
    }

    private final ManagedChannel channel;
    private final ClientCall<byte[], byte[]> call;
    private final Answering answering;
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final CompletableFuture<Long> reconnect = new CompletableFuture<>();

    /** @param channel closed together with this */
    public FlowerProgram(ManagedChannel channel, Metadata metadata, Answering answering) {
        this.channel = channel;
        this.answering = answering;
        this.call = channel.newCall(
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodType.BIDI_STREAMING)
                        .setFullMethodName("flwr.proto.FlowerService/Join")
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build(),
                CallOptions.DEFAULT);
        call.start(this, metadata);
        call.request(1);
    }

    private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void onMessage(byte[] bytes) {
        try {
            ServerMessage message = ServerMessage.parseFrom(bytes);
            if (message.hasReconnectIns()) {
                reconnect.complete(message.getReconnectIns().getSeconds());
            } else {
                send(answering.apply(message).toByteArray());
            }
            call.request(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends whatever it is. */
    public void send(byte[] bytes) {
        call.sendMessage(bytes);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        ended.complete(status);
    }

    /** How the call ended. */
    public CompletableFuture<Status> ended() {
        return ended;
    }

    /** After how many seconds it was told to come again; 0 for not at all. */
    public CompletableFuture<Long> reconnect() {
        return reconnect;
    }

    @Override
    public void close() {
        call.cancel("the program ends", null);
        channel.shutdownNow();
    }
}
