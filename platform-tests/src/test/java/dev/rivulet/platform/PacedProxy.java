// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A line to a service that can be made slow: what comes back arrives in small pieces, as over a long way. */
final class PacedProxy implements AutoCloseable {

    private static final int PIECE = 200;
    private static final long EVERY_MILLIS = 20;

    private final URI service;
    private final ServerSocket listening;
    private final ByteArrayOutputStream slowly = new ByteArrayOutputStream();
    private volatile boolean slow;

    PacedProxy(URI service) {
        this.service = service;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Where a browser finds the service. */
    URI url() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** From now on. */
    void slowDown() {
        slow = true;
    }

    /** All that has come back since the line was made slow. */
    String slowly() {
        return slowly.toString(StandardCharsets.UTF_8);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                Socket far = new Socket(service.getHost(), service.getPort());
                Thread.ofVirtual().start(() -> copy(near, far, false));
                Thread.ofVirtual().start(() -> copy(far, near, true));
            } catch (IOException e) {
                // It is closed, or the service is away: whoever asked is cut off.
            }
        }
    }

    private void copy(Socket from, Socket to, boolean back) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[64 << 10];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (back && slow) {
                    writeSlowly(bytes, read, out);
                } else {
                    out.write(bytes, 0, read);
                }
            }
        } catch (IOException e) {
            // One side has gone; the other one goes with it.
        }
    }

    /** What was asked for before the line became slow comes slowly too. */
    private void writeSlowly(byte[] bytes, int length, OutputStream out) throws IOException {
        slowly.write(bytes, 0, length);
        for (int from = 0; from < length; from += PIECE) {
            out.write(bytes, from, Math.min(PIECE, length - from));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS));
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
