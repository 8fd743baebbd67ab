// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower.grpc;

import dev.rivulet.federation.flower.FlowerLine;
import dev.rivulet.flower.v1.ClientMessage;
import dev.rivulet.flower.v1.ServerMessage;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A call, whose next message is taken from the network only when it is asked for: a program that floods is not read. */
final class GrpcLine extends ServerCall.Listener<ClientMessage> implements FlowerLine {

    private final ServerCall<ClientMessage, ServerMessage> call;
    private final BlockingQueue<ClientMessage> answers = new ArrayBlockingQueue<>(1);
    private volatile boolean gone;
    private volatile Runnable whenGone = () -> {};

    GrpcLine(ServerCall<ClientMessage, ServerMessage> call) {
        this.call = call;
    }

    /** What ends the wait of whoever waits here or elsewhere. */
    void whenGone(Runnable then) {
        whenGone = then;
        if (gone) {
            then.run();
        }
    }

    boolean gone() {
        return gone;
    }

    @Override
    public void ask(ServerMessage question) throws GoneException {
        tell(question);
        call.request(1);
    }

    @Override
    public void tell(ServerMessage message) throws GoneException {
        requireThere();
        try {
            call.sendMessage(message);
        } catch (IllegalStateException e) {
            throw new GoneException("the call is closed");
        }
    }

    @Override
    public Optional<ClientMessage> answer(Duration most) throws GoneException, InterruptedException {
        requireThere();
        try {
            return Optional.ofNullable(answers.poll(most.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            requireThere();
            throw e;
        }
    }

    private void requireThere() throws GoneException {
        if (gone) {
            throw new GoneException("the program has ended its call");
        }
    }

    @Override
    public void onMessage(ClientMessage message) {
        if (!answers.offer(message)) {
            end();
        }
    }

    @Override
    public void onHalfClose() {
        end();
    }

    @Override
    public void onCancel() {
        end();
    }

    /** Also where the library has closed the call, because a message was none. */
    @Override
    public void onComplete() {
        end();
    }

    private void end() {
        gone = true;
        whenGone.run();
    }
}
