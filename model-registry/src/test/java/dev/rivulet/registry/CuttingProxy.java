// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A network that breaks: connections to a port go through it and are cut, slowed down, or a bit is flipped, after so many bytes. */
public final class CuttingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final AtomicLong budget = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicLong sound = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger flips = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Duration delay = Duration.ZERO;

    public CuttingProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** From now on, so many bytes pass in both directions together; then the connection is cut. */
    public void cutAfter(long bytes) {
        budget.set(bytes);
    }

    /** How often it cut. */
    public int cuts() {
        return cuts.get();
    }

    /** From now on, so many bytes pass in both directions together; then one bit of one byte is flipped, and no more. */
    public void flipAfter(long bytes) {
        sound.set(bytes);
    }

    /** From now on, what comes waits so long before it goes on, in both directions. */
    public void slowBy(Duration time) {
        delay = time;
    }

    /** Cuts all connections there are. */
    public void cutAll() {
        open.forEach(CuttingProxy::closed);
    }

    /** How many bits it flipped. */
    public int flips() {
        return flips.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Thread.ofVirtual().start(() -> connect(near));
            } catch (IOException e) {
                // Closed: the loop ends.
            }
        }
    }

    private void connect(Socket near) {
        try {
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            Thread.ofVirtual().start(() -> relay(near, far));
            relay(far, near);
        } catch (IOException e) {
            closed(near);
        }
    }

    /** The registry is not there: the client sees a broken connection. */
    private static void closed(Socket near) {
        try {
            near.close();
        } catch (IOException e) {
            // It was closed already.
        }
    }

    private void relay(Socket from, Socket to) {
        byte[] buffer = new byte[32 * 1024];
        open.add(from);
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (budget.addAndGet(-read) < 0) {
                    cuts.incrementAndGet();
                    budget.set(Long.MAX_VALUE);
                    return;
                }
                if (sound.addAndGet(-read) < 0) {
                    sound.set(Long.MAX_VALUE);
                    flips.incrementAndGet();
                    buffer[read / 2] ^= 4;
                }
                if (delay.isPositive() && closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // The other direction was cut.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
        }
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
        cutAll();
    }
}
