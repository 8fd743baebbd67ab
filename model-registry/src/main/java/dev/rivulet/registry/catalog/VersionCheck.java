// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.Blob;
import dev.rivulet.registry.artifacts.BlobClaims;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.settings.LiveSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Decides whether the files and tags of a new version are good: paths, sizes, bytes that are there and are no pickle. */
@Component
class VersionCheck {

    private final BlobStore blobs;
    private final BlobClaims claims;
    private final VersionSignatures signatures;
    private final LiveSettings<CatalogSettings> settings;

    VersionCheck(
            BlobStore blobs, BlobClaims claims, VersionSignatures signatures, LiveSettings<CatalogSettings> settings) {
        this.signatures = signatures;
        this.blobs = blobs;
        this.claims = claims;
        this.settings = settings;
    }

    /**
     * The files, sorted by path.
     *
     * @throws ProblemException naming the field that is wrong
     */
    List<ModelFile> checked(ModelName model, NewVersion version) {
        List<ModelFile> files = version.files();
        if (files.isEmpty() || files.size() > settings.get().maxFiles()) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "files",
                    "A version has 1 to " + settings.get().maxFiles() + " files.");
        }
        FilePaths.checkTogether(files.stream().map(ModelFile::path).toList());
        checkTags(version.tags());
        for (int i = 0; i < files.size(); i++) {
            checkBytes(files.get(i), "files[" + i + "]");
        }
        signatures.check(model, version.name(), files);
        return files.stream().sorted(Comparator.comparing(ModelFile::path)).toList();
    }

    /**
     * Keeps the bytes of the files from being collected until the transaction of the caller ends.
     *
     * @throws ProblemException {@code not_found} if some were, since they were checked
     */
    void hold(List<ModelFile> files) {
        claims.hold(files.stream().map(ModelFile::sha256).toList());
    }

    /**
     * Checks that a registered version may be served.
     *
     * @param param the field of the request that names it
     * @throws ProblemException {@code invalid_value} if signatures are required and nobody who is trusted signed it
     */
    void checkServable(ModelName model, ModelVersion version, String param) {
        signatures.checkServable(model, version, param);
    }

    private void checkTags(Map<String, String> tags) {
        if (tags.size() > settings.get().maxTags()) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "tags",
                    "A version has at most " + settings.get().maxTags() + " tags.");
        }
        tags.forEach(Tags::check);
    }

    private void checkBytes(ModelFile file, String param) {
        Blob blob = blobs.find(file.sha256()).orElseThrow(() -> missing(file.sha256(), param));
        if (blob.size() != file.size()) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    param + ".size",
                    "The blob has " + blob.size() + " bytes, not " + file.size() + ".");
        }
        byte[] head = blobs.head(blob, FileMagic.HEAD).orElseThrow(() -> missing(file.sha256(), param));
        FileMagic.objection(file.path(), head, blob.size()).ifPresent(objection -> {
            throw problem(ProblemCode.INVALID_VALUE, param, objection);
        });
    }

    /** There are no bytes of a file. */
    static ProblemException missing(Sha256 digest, String param) {
        return problem(
                ProblemCode.NOT_FOUND,
                param + ".sha256",
                "There is no blob of this SHA-256; PUT it to /api/blobs/" + digest + " first.");
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
