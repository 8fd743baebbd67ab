// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.Blob;
import dev.rivulet.registry.artifacts.BlobAnswer;
import dev.rivulet.registry.artifacts.BlobClaims;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.artifacts.BlobStore.Stored;
import dev.rivulet.registry.artifacts.Sha256;
import java.io.IOException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/** {@code PUT|HEAD|GET /api/blobs/{sha256}}, streamed with demand both ways. */
@RestController
@RequestMapping("/api/blobs/{sha256}")
class BlobController {

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
        return BlobAnswer.of(blob, exchange.getRequest(), _ -> {});
    }
}
