package dev.rivulet.registry.artifacts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.Blob;
import dev.rivulet.registry.artifacts.BlobClaims;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.artifacts.BlobStore.Stored;
import dev.rivulet.registry.artifacts.Sha256;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * {@code PUT|HEAD|GET /api/blobs/{sha256}}, streamed with demand: a few buffers are in memory, however large the blob. Ranges
 * with {@code If-Range}; the strong {@code ETag} is the digest.
 */
@RestController
@RequestMapping("/api/blobs/{sha256}")
class BlobController {

    private static final int BUFFER = 64 * 1024;

    private final BlobStore store;
    private final BlobClaims claims;
    private final ArtifactsSettings settings;
    private final UploadBodies bodies;

    BlobController(BlobStore store, BlobClaims claims, ArtifactsSettings settings, UploadBodies bodies) {
        this.store = store;
        this.claims = claims;
        this.settings = settings;
        this.bodies = bodies;
    }

    /** What the store has of a blob. */
    record BlobView(String sha256, long size) {
        static BlobView of(Blob blob) {
            return new BlobView(blob.digest().hex(), blob.size());
        }
    }

    /** The whole blob in one request. */
    @PutMapping
    ResponseEntity<BlobView> put(@PathVariable String sha256, ServerHttpRequest request) throws IOException {
        Sha256 digest = Sha256.parse(sha256, "sha256");
        long limit = settings.maxBlobSize().toBytes();
        if (request.getHeaders().getContentLength() > limit) {
            throw new ProblemException(
                    Problem.of(ProblemCode.REQUEST_TOO_LARGE, "A blob may have at most " + limit + " bytes."));
        }
        // One that is there stays from now on; the body is read all the same, since its digest may be another.
        claims.claim(digest);
        Stored stored = bodies.read(request, body -> store.put(digest, body.bytes(), limit));
        return ResponseEntity.status(stored.isNew() ? 201 : 200).body(BlobView.of(stored.blob()));
    }

    /** Who asks by HEAD is about to name the blob in a version; it then stays for the grace time. */
    @RequestMapping(method = {RequestMethod.GET, RequestMethod.HEAD})
    ResponseEntity<Flux<DataBuffer>> get(@PathVariable String sha256, ServerWebExchange exchange) {
        Sha256 digest = Sha256.parse(sha256, "sha256");
        boolean head = exchange.getRequest().getMethod() == HttpMethod.HEAD;
        Blob blob = (head ? claims.claim(digest) : store.find(digest))
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.NOT_FOUND, "sha256", "There is no blob of this SHA-256.")));
        ServerHttpRequest request = exchange.getRequest();
        String etag = "\"" + blob.digest().hex() + "\"";
        if (request.getHeaders().getIfNoneMatch().contains(etag)) {
            return ResponseEntity.status(304)
                    .headers(headers -> describe(headers, blob))
                    .build();
        }
        HttpHeaders asked = request.getHeaders();
        ByteRange range = ByteRange.of(
                asked.getFirst(HttpHeaders.RANGE), asked.getFirst(HttpHeaders.IF_RANGE), etag, blob.size());
        return switch (range) {
            case ByteRange.Whole _ -> answer(200, blob, 0, blob.size(), head);
            case ByteRange.Part(long from, long count) -> answer(206, blob, from, count, head);
            case ByteRange.Unsatisfiable _ ->
                ResponseEntity.status(416)
                        .header(HttpHeaders.CONTENT_RANGE, "bytes */" + blob.size())
                        .build();
        };
    }

    private static ResponseEntity<Flux<DataBuffer>> answer(int status, Blob blob, long from, long count, boolean head) {
        var answer = ResponseEntity.status(status)
                .headers(headers -> describe(headers, blob))
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(count);
        if (status == 206) {
            answer.header(HttpHeaders.CONTENT_RANGE, "bytes " + from + "-" + (from + count - 1) + "/" + blob.size());
        }
        return head ? answer.build() : answer.body(bytes(blob, from, count));
    }

    private static void describe(HttpHeaders headers, Blob blob) {
        headers.setETag("\"" + blob.digest().hex() + "\"");
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
