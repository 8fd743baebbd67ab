// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that writes and reads bytes itself, so that it can stall, leave and misbehave. */
public final class Wire implements AutoCloseable {

    private final Socket socket = new Socket();

    /** Connects with a receive buffer of this size. */
    public Wire(int port, int receiveBuffer) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
    }

    public Wire(int port) throws IOException {
        this(port, 65_536);
    }

    public Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** A whole completion request with a key. */
    public Wire post(String path, String key, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n");
        return send(bytes);
    }

    /** Reads until the text has come; returns all that came. */
    public String readUntil(String text) throws IOException {
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8_192];
        int looked = 0;
        while (read.indexOf(text, Math.max(0, looked - text.length())) < 0) {
            looked = read.length();
            int count = in.read(buffer);
            if (count < 0) {
                throw new IOException("closed before '" + text + "' after: " + read);
            }
            read.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
        return read.toString();
    }

    /** Reads to the end of the connection. */
    public String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads this many bytes or to the end. */
    public int skip(int count) throws IOException {
        return socket.getInputStream().readNBytes(count).length;
    }

    /** Whether the server has closed, within this time; bytes that come first are thrown away. */
    public boolean closesWithin(int millis) throws IOException {
        long end = System.nanoTime() + millis * 1_000_000L;
        socket.setSoTimeout(Math.max(1, millis));
        try {
            byte[] buffer = new byte[65_536];
            while (System.nanoTime() < end) {
                if (socket.getInputStream().read(buffer) < 0) {
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Sends a little now and then until the server answers or closes; returns what came. */
    public String dripsUntilClosed(String drop, Duration every, Duration most) throws IOException {
        long end = System.nanoTime() + most.toNanos();
        StringBuilder read = new StringBuilder();
        byte[] buffer = new byte[8_192];
        socket.setSoTimeout((int) every.toMillis());
        while (System.nanoTime() < end) {
            try {
                send(drop);
                int count = socket.getInputStream().read(buffer);
                if (count < 0) {
                    return read.toString();
                }
                read.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            } catch (SocketTimeoutException e) {
                // Nothing yet: the next drop.
            } catch (IOException e) {
                return read.toString();
            }
        }
        throw new IOException("still open after " + most + ", having said: " + read);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
