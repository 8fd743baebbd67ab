// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.BlobStore.Stored;
import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.registry.artifacts.Upload;
import dev.rivulet.registry.artifacts.Uploads;
import dev.rivulet.registry.artifacts.http.BlobController.BlobView;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/uploads}: resumable uploads in the manner of tus and of the OCI distribution's: POST opens, PATCH sends from
 * {@code Upload-Offset} on, HEAD tells the offset, PUT finishes, DELETE gives up.
 */
@RestController
@RequestMapping("/api/uploads")
class UploadController {

    private static final String OFFSET = "Upload-Offset";
    private static final String LENGTH = "Upload-Length";

    private final Uploads uploads;
    private final UploadBodies bodies;

    UploadController(Uploads uploads, UploadBodies bodies) {
        this.uploads = uploads;
        this.bodies = bodies;
    }

    /** What the caller is about to send. */
    record Announcement(@Nullable String sha256, @Nullable Long size) {}

    /**
     * An upload in JSON.
     *
     * @param id null where nothing is to be sent
     * @param complete whether the registry has the blob
     */
    record UploadView(
            @Nullable UUID id,
            String sha256,
            long size,
            long offset,
            @Nullable Instant expiresAt,
            boolean complete) {

        static UploadView of(Upload upload) {
            return new UploadView(
                    upload.id(), upload.digest().hex(), upload.size(), upload.offset(), upload.expiresAt(), false);
        }
    }

    @PostMapping
    ResponseEntity<UploadView> open(@RequestBody Announcement body) throws IOException {
        Sha256 digest = Sha256.parse(body.sha256(), "sha256");
        Long size = body.size();
        if (size == null || size < 0) {
            throw new ProblemException(Problem.at(
                    size == null ? ProblemCode.MISSING_PARAMETER : ProblemCode.INVALID_VALUE,
                    "size",
                    "Give the size of the blob in bytes."));
        }
        return switch (uploads.open(digest, size)) {
            case Upload.Opened.Present(var blob) ->
                ResponseEntity.ok(new UploadView(null, digest.hex(), blob.size(), blob.size(), null, true));
            case Upload.Opened.Going(Upload upload, boolean isNew) ->
                ResponseEntity.status(isNew ? 201 : 200)
                        .location(URI.create("/api/uploads/" + upload.id()))
                        .header(OFFSET, Long.toString(upload.offset()))
                        .body(UploadView.of(upload));
        };
    }

    /** HEAD comes from who wants to go on, and ends a request that hangs; GET only looks. */
    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.GET, RequestMethod.HEAD})
    ResponseEntity<UploadView> get(@PathVariable String id, ServerHttpRequest request) throws IOException {
        boolean looks = request.getMethod() == HttpMethod.GET;
        Upload upload = looks ? uploads.get(parsed(id)) : uploads.settled(parsed(id));
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .header(OFFSET, Long.toString(upload.offset()))
                .header(LENGTH, Long.toString(upload.size()))
                .body(UploadView.of(upload));
    }

    @PatchMapping("/{id}")
    ResponseEntity<Void> append(
            @PathVariable String id,
            @RequestHeader(name = OFFSET, required = false) @Nullable Long offset,
            ServerHttpRequest request)
            throws IOException {
        if (offset == null) {
            throw new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, OFFSET, "Say where the bytes begin."));
        }
        Upload upload = bodies.read(request, body -> uploads.append(parsed(id), offset, body));
        return ResponseEntity.noContent()
                .header(OFFSET, Long.toString(upload.offset()))
                .build();
    }

    @PutMapping("/{id}")
    ResponseEntity<BlobView> finish(@PathVariable String id) throws IOException {
        Stored stored = uploads.finish(parsed(id));
        return ResponseEntity.status(stored.isNew() ? 201 : 200)
                .location(URI.create("/api/blobs/" + stored.blob().digest()))
                .body(BlobView.of(stored.blob()));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Void> abandon(@PathVariable String id) throws IOException {
        uploads.abandon(parsed(id));
        return ResponseEntity.noContent().build();
    }

    private static UUID parsed(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, "id", "The id of an upload is a UUID."));
        }
    }
}
