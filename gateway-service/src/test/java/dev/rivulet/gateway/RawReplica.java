// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A replica's socket without a replica behind it: what it does with a request is a few lines of a test. */
public final class RawReplica implements AutoCloseable {

    /** What becomes of one connection after its first request has been read. */
    public interface Conduct {
        void of(Socket connection, OutputStream out) throws IOException;
    }

    /** As a stopped process: the kernel takes connections and bytes, and nobody answers. */
    public static final Conduct PAUSED =
            (connection, out) -> connection.getInputStream().readAllBytes();

    public final AtomicInteger asked = new AtomicInteger();

    private final ServerSocket server;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    private RawReplica(ServerSocket server) {
        this.server = server;
    }

    public static RawReplica start(Conduct conduct) throws IOException {
        RawReplica replica = new RawReplica(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(() -> replica.serve(conduct));
        return replica;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    public static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void serve(Conduct conduct) {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> answer(connection, conduct));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket connection, Conduct conduct) {
        try (connection) {
            readHead(connection.getInputStream());
            asked.incrementAndGet();
            conduct.of(connection, connection.getOutputStream());
        } catch (IOException e) {
            // The other side has gone, as some tests want it.
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed");
            }
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
    }
}
