// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The reader's connection, as a stream sees it: one thread, and whether it takes more bytes now. */
interface Outlet {

    /**
     * Runs on the thread of the connection, after all that was given before: at once if the caller is on it and nothing that other
     * threads have given still waits. A stream's signals may come from one thread after the other and keep their order.
     */
    void run(Runnable action);

    /** Runs later on the thread of the connection. */
    Disposable later(Runnable action, long nanos);

    /** Whether fewer bytes wait than the high watermark. */
    boolean takesMore();

    /** Calls {@code action} on the thread of the connection whenever it takes more bytes again; {@code null} stops it. */
    void onTakesMore(@Nullable Runnable action);

    ByteBufAllocator allocator();

    /** The outlet of a connection whose pipeline has a {@link Pace}. */
    static Outlet of(Channel channel) {
        Pace pace = channel.pipeline().get(Pace.class);
        if (pace == null) {
            throw new IllegalStateException("the server's pipeline has no handler " + Pace.class.getName());
        }
        return new ChannelOutlet(channel, pace);
    }

    /** Tells a stream that its connection takes bytes again. */
    final class Pace extends ChannelInboundHandlerAdapter {

        private volatile @Nullable Runnable action;

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            Runnable current = action;
            if (current != null && context.channel().isWritable()) {
                current.run();
            }
            context.fireChannelWritabilityChanged();
        }
    }

    /** A channel and its pace, for one stream. */
    final class ChannelOutlet implements Outlet {

        private final Channel channel;
        private final Pace pace;
        private final AtomicInteger waiting = new AtomicInteger();

        private ChannelOutlet(Channel channel, Pace pace) {
            this.channel = channel;
            this.pace = pace;
        }

        @Override
        public void run(Runnable action) {
            if (waiting.get() == 0 && channel.eventLoop().inEventLoop()) {
                action.run();
                return;
            }
            waiting.incrementAndGet();
            channel.eventLoop().execute(() -> {
                waiting.decrementAndGet();
                action.run();
            });
        }

        @Override
        public Disposable later(Runnable action, long nanos) {
            var timer = channel.eventLoop().schedule(action, nanos, TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        }

        @Override
        public boolean takesMore() {
            return channel.isWritable();
        }

        @Override
        public void onTakesMore(@Nullable Runnable action) {
            pace.action = action;
        }

        @Override
        public ByteBufAllocator allocator() {
            return channel.alloc();
        }
    }
}
