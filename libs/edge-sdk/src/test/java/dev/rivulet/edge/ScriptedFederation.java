// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.devices.v1.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.PublicKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A federation over real sockets that checks every signature and answers as a test says. */
final class ScriptedFederation implements AutoCloseable {

    /** Answers one request; a connection that is closed without an answer is cut. */
    @FunctionalInterface
    interface Script {
        void answer(Request request) throws IOException;
    }

    /** What came, and how to answer it. */
    @SuppressWarnings("ArrayRecordComponent")
    record Request(String method, String path, long offset, long timestampMs, byte[] body, HttpExchange exchange) {

        void answer(byte[] bytes) throws IOException {
            answer(200, bytes);
        }

        void refuse(int status, Refusal refusal) throws IOException {
            answer(status, refusal.toByteArray());
        }

        private void answer(int status, byte[] bytes) throws IOException {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        void cut() {
            exchange.close();
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Set<String> nonces = new HashSet<>();

    ScriptedFederation(PublicKey key, Script script) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            Request request = verified(exchange, key);
            calls.add(request.method() + " " + request.path());
            script.answer(request);
        });
        server.start();
    }

    private Request verified(HttpExchange exchange, PublicKey key) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        exchange.getRequestBody().transferTo(body);
        var headers = exchange.getRequestHeaders();
        String offset = headers.getFirst(ProtocolHeaders.OFFSET);
        String device = headers.getFirst(ProtocolHeaders.DEVICE);
        SignedHead head = new SignedHead(
                device == null ? "" : device,
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                offset == null ? 0 : Long.parseLong(offset),
                Long.parseLong(headers.getFirst(ProtocolHeaders.TIMESTAMP)),
                headers.getFirst(ProtocolHeaders.NONCE),
                DeviceKeys.sha256(body.toByteArray()));
        synchronized (nonces) {
            if (!nonces.add(head.nonce())
                    || !DeviceKeys.verify(key, head, headers.getFirst(ProtocolHeaders.SIGNATURE))) {
                throw new IOException("the request is replayed or not signed");
            }
        }
        return new Request(
                head.method(), head.target(), head.offset(), head.timestampMs(), body.toByteArray(), exchange);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Method and path of each request. */
    List<String> calls() {
        return calls;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
