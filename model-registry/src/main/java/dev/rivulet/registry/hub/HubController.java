package dev.rivulet.registry.hub;

import dev.rivulet.registry.artifacts.BlobBody;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.hub.Repositories.Snapshot;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What {@code huggingface_hub} reads with this service as its {@code HF_ENDPOINT}. {@code GET /api/models/{model}} is answered by
 * the catalogue itself, whose JSON carries what the hub's does.
 */
@RestController
class HubController {

    private final Repositories repositories;
    private final BlobStore blobs;

    HubController(Repositories repositories, BlobStore blobs) {
        this.repositories = repositories;
        this.blobs = blobs;
    }

    @GetMapping("/api/models/{model}/revision/{revision}")
    RepositoryView revision(@PathVariable String model, @PathVariable String revision) {
        return RepositoryView.of(repositories.at(model, revision));
    }

    @GetMapping({"/api/models/{model}/tree/{revision}", "/api/models/{model}/tree/{revision}/{*folder}"})
    List<Tree.Entry> tree(
            @PathVariable String model,
            @PathVariable String revision,
            @PathVariable(required = false) @Nullable String folder,
            @RequestParam(defaultValue = "false") boolean recursive) {
        Snapshot snapshot = repositories.at(model, revision);
        String below = stripped(folder);
        List<Tree.Entry> entries = Tree.list(snapshot, below, recursive);
        if (entries.isEmpty() && !below.isEmpty()) {
            throw Repositories.missing("file", "Version " + snapshot.version().name() + " has no such folder.");
        }
        return entries;
    }

    /** Also answers HEAD, ranges and {@code If-None-Match}. */
    @GetMapping("/{model}/resolve/{revision}/{*file}")
    ResponseEntity<Resource> resolve(
            @PathVariable String model, @PathVariable String revision, @PathVariable String file) {
        Snapshot snapshot = repositories.at(model, revision);
        ModelFile found = snapshot.file(stripped(file));
        Resource body = BlobBody.find(blobs, found.sha256())
                .orElseThrow(() -> Repositories.missing("file", "The bytes of this file are gone."));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .eTag(found.sha256().hex())
                .header("X-Repo-Commit", snapshot.commit())
                .header("X-Linked-Size", Long.toString(found.size()))
                .header("X-Linked-Etag", '"' + found.sha256().hex() + '"')
                .header("X-Content-Type-Options", "nosniff")
                .cacheControl(
                        revision.equals(snapshot.commit())
                                ? CacheControl.maxAge(Duration.ofDays(365)).immutable()
                                : CacheControl.noCache())
                .body(body);
    }

    private static String stripped(@Nullable String path) {
        return path == null ? "" : path.substring(path.startsWith("/") ? 1 : 0);
    }
}
