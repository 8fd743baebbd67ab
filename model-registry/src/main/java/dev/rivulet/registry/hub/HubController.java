// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.hub;

import dev.rivulet.registry.artifacts.Blob;
import dev.rivulet.registry.artifacts.BlobAnswer;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.hub.Repositories.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

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
    ResponseEntity<Flux<DataBuffer>> resolve(
            @PathVariable String model,
            @PathVariable String revision,
            @PathVariable String file,
            ServerHttpRequest request) {
        Snapshot snapshot = repositories.at(model, revision);
        ModelFile found = snapshot.file(stripped(file));
        Blob blob = blobs.find(found.sha256())
                .orElseThrow(() -> Repositories.missing("file", "The bytes of this file are gone."));
        return BlobAnswer.of(blob, request, headers -> {
            headers.set("X-Repo-Commit", snapshot.commit());
            headers.set("X-Linked-Size", Long.toString(found.size()));
            headers.set("X-Linked-Etag", '"' + found.sha256().hex() + '"');
            headers.set("X-Content-Type-Options", "nosniff");
            if (!revision.equals(snapshot.commit())) {
                headers.setCacheControl(CacheControl.noCache());
            }
        });
    }

    private static String stripped(@Nullable String path) {
        return path == null ? "" : path.substring(path.startsWith("/") ? 1 : 0);
    }
}
