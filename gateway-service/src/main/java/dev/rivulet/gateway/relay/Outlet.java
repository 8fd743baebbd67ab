// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The reader's connection, as a stream sees it: one thread, and whether it takes more bytes now. */
interface Outlet {

    /** Runs on the thread of the connection: at once if the caller is on it. */
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

    /** A channel and its pace. */
    record ChannelOutlet(Channel channel, Pace pace) implements Outlet {

        @Override
        public void run(Runnable action) {
            if (channel.eventLoop().inEventLoop()) {
                action.run();
            } else {
                channel.eventLoop().execute(action);
            }
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
