// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import com.google.protobuf.MessageLite;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.devices.v1.Refusal;
import dev.rivulet.edge.Identity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.UUID;

/** A device without the SDK's good manners: signs what it is told, sends a request twice, or with another's key. */
final class RawDevice implements AutoCloseable {

    private final URI service;
    private final Identity identity;
    private final HttpClient client = HttpClient.newHttpClient();

    RawDevice(URI service, Identity identity) {
        this.service = service;
        this.identity = identity;
    }

    /** A signed request that may be sent any number of times. */
    HttpRequest signed(String method, String path, byte[] body, long offset) {
        return signed(method, path, body, offset, identity.keys(), System.currentTimeMillis());
    }

    /** Another body than the one that is signed. */
    HttpRequest signed(String method, String path, byte[] body, byte[] sent) {
        return HttpRequest.newBuilder(signed(method, path, body, 0), (_, _) -> true)
                .method(method, BodyPublishers.ofByteArray(sent))
                .build();
    }

    /** Sends a request and only so many bytes of its body, and is gone. */
    void cut(HttpRequest request, byte[] body, int bytes) throws IOException {
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            StringBuilder head = new StringBuilder();
            head.append(request.method()).append(' ').append(request.uri().getRawPath());
            head.append('?').append(request.uri().getRawQuery()).append(" HTTP/1.1\r\n");
            head.append("Host: ").append(service.getAuthority()).append("\r\n");
            head.append("Content-Length: ").append(body.length).append("\r\n");
            request.headers()
                    .map()
                    .forEach((name, values) -> head.append(name)
                            .append(": ")
                            .append(values.getFirst())
                            .append("\r\n"));
            OutputStream out = socket.getOutputStream();
            out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, bytes);
            out.flush();
        }
    }

    HttpRequest signed(String method, String path, byte[] body, long offset, KeyPair keys, long timestamp) {
        SignedHead head = new SignedHead(
                identity.device(),
                method,
                path,
                offset,
                timestamp,
                UUID.randomUUID().toString(),
                DeviceKeys.sha256(body));
        return HttpRequest.newBuilder(service.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.ofByteArray(body))
                .header(ProtocolHeaders.DEVICE, head.device())
                .header(ProtocolHeaders.OFFSET, Long.toString(offset))
                .header(ProtocolHeaders.TIMESTAMP, Long.toString(timestamp))
                .header(ProtocolHeaders.NONCE, head.nonce())
                .header(ProtocolHeaders.DIGEST, head.digest())
                .header(ProtocolHeaders.SIGNATURE, DeviceKeys.sign(keys.getPrivate(), head))
                .build();
    }

    /** The code of the refusal; {@code ok} if it is none. */
    String post(String path, MessageLite body) throws IOException, InterruptedException {
        return sent(signed("POST", path, body.toByteArray(), 0));
    }

    String sent(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
        return answer.statusCode() < 400
                ? "ok"
                : Refusal.parseFrom(answer.body()).getCode();
    }

    /** Status of an unsigned GET. */
    int status(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service + path)).build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** The version of HTTP that the service speaks. */
    HttpClient.Version spoken() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/federation/v1/protocol"))
                .build();
        return client.send(request, BodyHandlers.discarding()).version();
    }

    @Override
    public void close() {
        client.close();
    }
}
