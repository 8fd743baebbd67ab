// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * Behaves like the hub: a list of files with sizes and digests, small files from itself, large ones by a redirect to another host,
 * ranges, entity tags, and whatever faults a test asks for.
 */
public final class LocalHub implements AutoCloseable {
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** Bytes of a file. */
    public interface Content {
        long size();

        /** Fills a buffer with what is at a position. */
        void read(long at, byte[] buffer, int count);
    }

    /** A fault of one answer; the status is 200 or 206 unless it says otherwise. */
    public record Fault(int status, String retryAfter, long cutAfter, boolean stall) {
        static Fault busy(int status, String retryAfter) {
            return new Fault(status, retryAfter, Long.MAX_VALUE, false);
        }

        public static Fault cut(long after) {
            return new Fault(0, "", after, false);
        }

        static Fault stalled(long after) {
            return new Fault(0, "", after, true);
        }
    }

    final Map<String, Content> large = new LinkedHashMap<>();
    final Map<String, byte[]> small = new LinkedHashMap<>();
    final Map<String, Object> listed = new LinkedHashMap<>();
    final Deque<Fault> faults = new ArrayDeque<>();
    final List<String> seen = new CopyOnWriteArrayList<>();
    public final List<String> tokensElsewhere = new CopyOnWriteArrayList<>();
    public final AtomicLong sent = new AtomicLong();
    public volatile long slowAfter = Long.MAX_VALUE;
    volatile String cdnTag = "\"first\"";
    private final HttpServer hub;
    private final HttpServer cdn;

    public LocalHub() throws IOException {
        hub = start(this::answer);
        cdn = start(this::large);
    }

    private static HttpServer start(com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    public String url() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    public void small(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        small.put(name, bytes);
        byte[] head = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8);
        listed.put(
                name,
                Map.of(
                        "rfilename",
                        name,
                        "size",
                        bytes.length,
                        "blobId",
                        digest("SHA-1", 2, (i, d) -> d.update(i == 0 ? head : bytes))));
    }

    public void large(String name, Content content) {
        large.put(name, content);
        byte[] buffer = new byte[1 << 16];
        long parts = (content.size() + buffer.length - 1) / buffer.length;
        String sha256 = digest("SHA-256", parts, (part, digest) -> {
            int count = (int) Math.min(buffer.length, content.size() - part * buffer.length);
            content.read(part * buffer.length, buffer, count);
            digest.update(buffer, 0, count);
        });
        list(name, content.size(), sha256);
    }

    void list(String name, long size, String sha256) {
        listed.put(name, Map.of("rfilename", name, "lfs", Map.of("size", size, "sha256", sha256)));
    }

    static Content bytes(byte[] bytes) {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long at, byte[] buffer, int count) {
                System.arraycopy(bytes, (int) at, buffer, 0, count);
            }
        };
    }

    private interface Feed {
        void feed(long part, MessageDigest digest);
    }

    private static String digest(String algorithm, long parts, Feed feed) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (long part = 0; part < parts; part++) {
                feed.feed(part, digest);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        note(exchange, path);
        if (path.startsWith("/api/models/org/model/revision/")) {
            Fault fault = fault();
            if (fault.status() != 0) {
                refuse(exchange, fault);
                return;
            }
            String list = new JsonMapper().writeValueAsString(Map.of("sha", COMMIT, "siblings", listed.values()));
            whole(exchange, list.getBytes(StandardCharsets.UTF_8));
            return;
        }
        String prefix = "/org/model/resolve/" + COMMIT + "/";
        String name = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
        if (small.containsKey(name)) {
            whole(exchange, small.get(name));
        } else if (large.containsKey(name)) {
            exchange.getResponseHeaders()
                    .add("location", "http://localhost:" + cdn.getAddress().getPort() + "/" + name);
            exchange.getResponseHeaders()
                    .add("x-linked-size", Long.toString(large.get(name).size()));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        } else {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        }
    }

    private static void whole(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void large(HttpExchange exchange) throws IOException {
        String name = exchange.getRequestURI().getPath().substring(1);
        note(exchange, "cdn/" + name);
        String token = exchange.getRequestHeaders().getFirst("authorization");
        if (token != null) {
            tokensElsewhere.add(token);
        }
        Fault fault = fault();
        if (fault.status() != 0) {
            refuse(exchange, fault);
            return;
        }
        Content content = Objects.requireNonNull(large.get(name));
        String range = exchange.getRequestHeaders().getFirst("range");
        String ifRange = exchange.getRequestHeaders().getFirst("if-range");
        boolean goesOn = range != null && (ifRange == null || ifRange.equals(cdnTag));
        long from = goesOn ? Long.parseLong(range.replaceAll("\\D", "")) : 0;
        exchange.getResponseHeaders().add("etag", cdnTag);
        if (goesOn) {
            exchange.getResponseHeaders()
                    .add("content-range", "bytes " + from + "-" + (content.size() - 1) + "/" + content.size());
        }
        exchange.sendResponseHeaders(goesOn ? 206 : 200, content.size() - from);
        send(exchange, content, from, fault);
    }

    private void send(HttpExchange exchange, Content content, long from, Fault fault) throws IOException {
        byte[] buffer = new byte[1 << 14];
        // Not closed before the exchange: that alone ends the connection where bytes are missing.
        OutputStream body = exchange.getResponseBody();
        try {
            for (long at = from; at < content.size(); ) {
                int count = (int) Math.min(buffer.length, content.size() - at);
                if (at - from + count > fault.cutAfter()) {
                    body.flush();
                    stop(fault);
                    return;
                }
                content.read(at, buffer, count);
                body.write(buffer, 0, count);
                at += count;
                if (sent.addAndGet(count) > slowAfter) {
                    body.flush();
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                }
            }
        } catch (IOException e) {
            // The reader left, or what was promised was not sent.
            sent.addAndGet(0);
        } finally {
            exchange.close();
        }
    }

    private static void stop(Fault fault) {
        if (fault.stall()) {
            java.util.concurrent.locks.LockSupport.parkNanos(3_000_000_000L);
        }
    }

    private static void refuse(HttpExchange exchange, Fault fault) throws IOException {
        exchange.getResponseHeaders().add("retry-after", fault.retryAfter());
        exchange.sendResponseHeaders(fault.status(), -1);
        exchange.close();
    }

    private Fault fault() {
        synchronized (faults) {
            Fault next = faults.poll();
            return next == null ? new Fault(0, "", Long.MAX_VALUE, false) : next;
        }
    }

    private void note(HttpExchange exchange, String path) {
        String range = exchange.getRequestHeaders().getFirst("range");
        seen.add(path + (range == null ? "" : " " + range));
    }

    /** What was asked of the other host. */
    List<String> asked(String name) {
        return seen.stream().filter(line -> line.startsWith("cdn/" + name)).toList();
    }

    static String sha256(byte[] bytes) {
        return digest("SHA-256", 1, (_, digest) -> digest.update(bytes));
    }

    static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return Arrays.copyOf(bytes, size);
    }

    @Override
    public void close() {
        hub.stop(0);
        cdn.stop(0);
    }
}
