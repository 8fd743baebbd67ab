// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.Blob;
import dev.rivulet.registry.artifacts.BlobAnswer;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.mlflow.MlflowRegistry;
import dev.rivulet.registry.mlflow.MlflowUploads;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/**
 * MLflow's proxy of artifacts: {@code models/<name>/<version>/…} is read, {@code uploads/<folder>/…} is written and listed. Both
 * are names in tables; no part of a path becomes one of the file system.
 */
@RestController
@RequestMapping({"/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"})
class ArtifactsController {

    private static final int BUFFERS_AHEAD = 8;

    private final MlflowRegistry registry;
    private final MlflowUploads uploads;
    private final BlobStore blobs;
    private final ArtifactsSettings settings;

    ArtifactsController(MlflowRegistry registry, MlflowUploads uploads, BlobStore blobs, ArtifactsSettings settings) {
        this.registry = registry;
        this.uploads = uploads;
        this.blobs = blobs;
        this.settings = settings;
    }

    /** A file or a folder; the path is its name in the folder that was asked for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FileInfo(String path, boolean isDir, @Nullable Long fileSize) {}

    /** What is in a folder. */
    record Listing(List<FileInfo> files) {}

    @GetMapping
    Listing list(@RequestParam(defaultValue = "") String path) {
        String[] parts = path.split("/", -1);
        if (parts.length >= 3 && parts[0].equals("models")) {
            return new Listing(below(files(parts[1], parts[2]), rest(parts, 3)));
        }
        if (parts.length >= 2 && parts[0].equals("uploads")) {
            return new Listing(below(uploads.files(parts[1]), rest(parts, 2)));
        }
        throw missing();
    }

    @GetMapping("/models/{model}/{version}/{*file}")
    ResponseEntity<Flux<DataBuffer>> get(
            @PathVariable String model,
            @PathVariable String version,
            @PathVariable String file,
            ServerHttpRequest request) {
        String path = file.substring(file.startsWith("/") ? 1 : 0);
        ModelFile found = files(model, version).stream()
                .filter(each -> each.path().equals(path))
                .findFirst()
                .orElseThrow(ArtifactsController::missing);
        Blob blob = blobs.find(found.sha256()).orElseThrow(ArtifactsController::missing);
        return BlobAnswer.of(blob, request, headers -> headers.set("X-Content-Type-Options", "nosniff"));
    }

    @PutMapping("/uploads/{folder}/{*file}")
    Map<String, String> put(@PathVariable String folder, @PathVariable String file, ServerHttpRequest request)
            throws IOException {
        if (request.getHeaders().getContentLength() > settings.maxBlobSize().toBytes()) {
            throw new ProblemException(Problem.of(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "A file may have at most " + settings.maxBlobSize().toBytes() + " bytes."));
        }
        try (InputStream body = DataBufferUtils.subscriberInputStream(
                request.getBody().timeout(settings.uploadIdle()), BUFFERS_AHEAD)) {
            uploads.put(folder, file.substring(file.startsWith("/") ? 1 : 0), body);
        }
        return Map.of();
    }

    private List<ModelFile> files(String model, String version) {
        return registry.version(ModelName.parse(model, "path"), VersionName.parse(version, "path"))
                .version()
                .files();
    }

    private static String rest(String[] parts, int from) {
        return String.join("/", List.of(parts).subList(from, parts.length));
    }

    /** What is directly in a folder; a file that is asked for as a folder is its own only entry, as MLflow's server has it. */
    private static List<FileInfo> below(List<ModelFile> files, String folder) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        Map<String, FileInfo> entries = new TreeMap<>();
        for (ModelFile file : files) {
            if (file.path().equals(folder)) {
                String name = folder.substring(folder.lastIndexOf('/') + 1);
                return List.of(new FileInfo(name, false, file.size()));
            }
            if (file.path().startsWith(prefix)) {
                String name = file.path().substring(prefix.length());
                int slash = name.indexOf('/');
                FileInfo entry = slash < 0
                        ? new FileInfo(name, false, file.size())
                        : new FileInfo(name.substring(0, slash), true, null);
                entries.put(entry.path(), entry);
            }
        }
        return new ArrayList<>(entries.values());
    }

    private static ProblemException missing() {
        return new ProblemException(Problem.at(
                ProblemCode.NOT_FOUND,
                "path",
                "Nothing is here; paths are models/<name>/<version> and uploads/<folder>."));
    }
}
