package dev.rivulet.registry.artifacts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.artifacts.BlobStore.Blob;
import dev.rivulet.registry.artifacts.BlobStore.Stored;
import dev.rivulet.registry.artifacts.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/**
 * {@code PUT|HEAD|GET /api/blobs/{sha256}}. An upload is read with demand by a virtual thread: a few buffers are in memory,
 * however large the blob.
 */
@RestController
@RequestMapping("/api/blobs/{sha256}")
class BlobController {

    private static final int BUFFERS_AHEAD = 8;

    private final BlobStore store;
    private final ArtifactsSettings settings;
    private final Semaphore uploads;

    BlobController(BlobStore store, ArtifactsSettings settings) {
        this.store = store;
        this.settings = settings;
        this.uploads = new Semaphore(settings.maxUploads());
    }

    /** What the store has of a blob. */
    record BlobView(String sha256, long size) {}

    @PutMapping
    ResponseEntity<BlobView> put(@PathVariable String sha256, ServerHttpRequest request) throws IOException {
        Sha256 digest = Sha256.parse(sha256, "sha256");
        long limit = settings.maxBlobSize().toBytes();
        if (request.getHeaders().getContentLength() > limit) {
            throw new ProblemException(
                    Problem.of(ProblemCode.REQUEST_TOO_LARGE, "A blob may have at most " + limit + " bytes."));
        }
        if (!uploads.tryAcquire()) {
            throw new ProblemException(Problem.of(
                            ProblemCode.QUEUE_FULL,
                            settings.maxUploads() + " uploads are under way, which is the limit; try again.")
                    .retryAfter(Duration.ofSeconds(2)));
        }
        try (InputStream body = body(request.getBody())) {
            Stored stored = store.put(digest, body, limit);
            return ResponseEntity.status(stored.isNew() ? 201 : 200)
                    .body(new BlobView(digest.hex(), stored.blob().size()));
        } finally {
            uploads.release();
        }
    }

    /** Also answers HEAD and ranges. */
    @GetMapping
    ResponseEntity<Resource> get(@PathVariable String sha256) {
        Blob blob = store.find(Sha256.parse(sha256, "sha256"))
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.NOT_FOUND, "sha256", "There is no blob of this SHA-256.")));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .eTag(blob.digest().hex())
                .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).immutable())
                .body(new FileSystemResource(blob.file()));
    }

    private InputStream body(Flux<DataBuffer> body) {
        return DataBufferUtils.subscriberInputStream(body.timeout(settings.uploadIdle()), BUFFERS_AHEAD);
    }
}
