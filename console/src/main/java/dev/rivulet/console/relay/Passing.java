// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.relay;

import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Hands a browser's request on and its answer back. Bytes of the answer pass as they come and only as fast as the browser reads; when
 * the browser leaves, the service's connection is closed. No header passes but those named here: neither cookies nor tokens.
 */
public final class Passing {

    private static final List<String> ON =
            List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.ACCEPT, HttpHeaders.IF_MATCH, "Upload-Offset");
    private static final List<String> BACK = List.of(
            HttpHeaders.CONTENT_TYPE,
            HttpHeaders.CONTENT_DISPOSITION,
            HttpHeaders.ETAG,
            HttpHeaders.RETRY_AFTER,
            "Upload-Offset",
            "x-request-id",
            "x-rivulet-model-version",
            "Server-Timing");

    private Passing() {}

    /**
     * Reads a body whole.
     *
     * @return nothing where the request has no body; fails with {@code DataBufferLimitException} if it is larger than allowed
     */
    public static Mono<byte[]> body(ServerHttpRequest request, DataSize most) {
        return DataBufferUtils.join(request.getBody(), Math.toIntExact(most.toBytes()))
                .map(Passing::bytes);
    }

    /** Sends it, with the headers of the browser's request that may pass. */
    public static Mono<Void> on(
            WebClient.RequestBodySpec to, ServerHttpRequest request, byte[] body, ServerHttpResponse response) {
        WebClient.RequestHeadersSpec<?> spec = body.length == 0 ? to : to.bodyValue(body);
        return spec.headers(headers -> copy(request.getHeaders(), headers, ON))
                .exchangeToMono(answer -> back(answer, response));
    }

    private static Mono<Void> back(ClientResponse answer, ServerHttpResponse response) {
        response.setStatusCode(answer.statusCode());
        copy(answer.headers().asHttpHeaders(), response.getHeaders(), BACK);
        response.getHeaders().setCacheControl("no-store");
        return response.writeAndFlushWith(answer.bodyToFlux(DataBuffer.class).map(Mono::just));
    }

    private static void copy(HttpHeaders from, HttpHeaders to, List<String> names) {
        for (String name : names) {
            List<String> values = from.get(name);
            if (values != null) {
                to.put(name, values);
            }
        }
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
