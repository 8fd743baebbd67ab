// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Blobs over HTTP with ranges, and faults on demand. */
public final class RegistryStub implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private volatile int breakAfter = Integer.MAX_VALUE;
    private volatile boolean lying;

    public RegistryStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/blobs/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Adds a blob; returns its digest. */
    public String put(byte[] bytes) {
        String digest = sha256(bytes);
        blobs.put(digest, bytes);
        return digest;
    }

    /** The next answer breaks off after so many bytes. */
    public void breakAfter(int bytes) {
        breakAfter = bytes;
    }

    /** Whether the first byte of every blob is wrong. */
    public void lying(boolean lies) {
        lying = lies;
    }

    /** The {@code Range} header of every request, {@code none} where there was none. */
    public List<String> ranges() {
        return ranges;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] blob = blobs.get(path.substring(path.lastIndexOf('/') + 1));
            if (blob == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range == null ? "none" : range);
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            byte[] body = blob.clone();
            body[0] ^= (byte) (lying ? 1 : 0);
            if (from > 0) {
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
            }
            int end = (int) Math.min(body.length, (long) from + breakAfter);
            breakAfter = Integer.MAX_VALUE;
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, body.length - from);
            exchange.getResponseBody().write(body, from, end - from);
        }
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
