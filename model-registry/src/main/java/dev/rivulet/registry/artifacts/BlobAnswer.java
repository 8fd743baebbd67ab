// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * A blob as the answer to {@code GET} or {@code HEAD}, whole or a range of it ({@code Range}, {@code If-Range}, {@code
 * If-None-Match}: RFC 9110, 13 and 14). The strong {@code ETag} is the digest. Streamed with demand: a few buffers are in memory,
 * however large the blob.
 */
public final class BlobAnswer {

    private static final int BUFFER = 64 * 1024;

    private BlobAnswer() {}

    /** @param more sets further headers, or others than the usual */
    public static ResponseEntity<Flux<DataBuffer>> of(
            Blob blob, ServerHttpRequest request, Consumer<HttpHeaders> more) {
        String etag = "\"" + blob.digest().hex() + "\"";
        HttpHeaders asked = request.getHeaders();
        Consumer<HttpHeaders> described = headers -> {
            describe(headers, blob, etag);
            more.accept(headers);
        };
        if (asked.getIfNoneMatch().contains(etag)) {
            return ResponseEntity.status(304).headers(described).build();
        }
        ByteRange range = ByteRange.of(
                asked.getFirst(HttpHeaders.RANGE), asked.getFirst(HttpHeaders.IF_RANGE), etag, blob.size());
        boolean head = request.getMethod() == HttpMethod.HEAD;
        return switch (range) {
            case ByteRange.Whole _ -> answer(200, blob, 0, blob.size(), head, described);
            case ByteRange.Part(long from, long count) -> answer(206, blob, from, count, head, described);
            case ByteRange.Unsatisfiable _ ->
                ResponseEntity.status(416)
                        .header(HttpHeaders.CONTENT_RANGE, "bytes */" + blob.size())
                        .build();
        };
    }

    private static ResponseEntity<Flux<DataBuffer>> answer(
            int status, Blob blob, long from, long count, boolean head, Consumer<HttpHeaders> described) {
        var answer = ResponseEntity.status(status)
                .headers(described)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(count);
        if (status == 206) {
            answer.header(HttpHeaders.CONTENT_RANGE, "bytes " + from + "-" + (from + count - 1) + "/" + blob.size());
        }
        return head ? answer.build() : answer.body(bytes(blob, from, count));
    }

    private static void describe(HttpHeaders headers, Blob blob, String etag) {
        headers.setETag(etag);
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        // RFC 9530: of the whole blob, also where a part of it is sent.
        byte[] digest = HexFormat.of().parseHex(blob.digest().hex());
        headers.set("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");
        headers.setCacheControl(CacheControl.maxAge(Duration.ofDays(365)).immutable());
    }

    /** Files are read beside the event loop, one buffer for each that the reader asks for. */
    private static Flux<DataBuffer> bytes(Blob blob, long from, long count) {
        Flux<DataBuffer> rest =
                DataBufferUtils.readInputStream(() -> blob.open(from), DefaultDataBufferFactory.sharedInstance, BUFFER);
        return DataBufferUtils.takeUntilByteCount(rest, count).subscribeOn(Schedulers.boundedElastic());
    }
}
