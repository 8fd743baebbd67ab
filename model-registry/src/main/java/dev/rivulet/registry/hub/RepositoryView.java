// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.hub;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.hub.Repositories.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A revision of a repository in the hub's JSON, whose names are not ours.
 *
 * @param id the model
 * @param sha its commit
 * @param tags {@code key:value}, as the hub writes them
 * @param pipelineTag the task
 */
record RepositoryView(
        String id,
        @JsonProperty("modelId") String modelId,
        String sha,
        @JsonProperty("createdAt") Instant createdAt,
        @JsonProperty("lastModified") Instant lastModified,
        @JsonProperty("private") boolean closed,
        boolean disabled,
        boolean gated,
        List<String> tags,
        String pipelineTag,
        @JsonProperty("cardData") Map<String, String> cardData,
        List<Sibling> siblings) {

    /** A file as the hub lists it with its repository. */
    record Sibling(
            String rfilename,
            long size,
            @JsonProperty("blobId") String blobId,
            LargeFile lfs) {}

    /**
     * Where the bytes of a large file are, as Git LFS says it.
     *
     * @param oid the SHA-256 in the tree; a sibling has it as {@code sha256}
     */
    record LargeFile(
            String oid,
            String sha256,
            long size,
            @JsonProperty("pointerSize") int pointerSize) {

        /** Git's pointer to a file: three lines, with what the size has of digits. */
        private static final int POINTER_WITHOUT_SIZE = 125;

        static LargeFile of(ModelFile file) {
            String digest = file.sha256().hex();
            int pointer = POINTER_WITHOUT_SIZE + Long.toString(file.size()).length();
            return new LargeFile(digest, digest, file.size(), pointer);
        }
    }

    static RepositoryView of(Snapshot snapshot) {
        Model model = snapshot.model();
        return new RepositoryView(
                model.name().value(),
                model.name().value(),
                snapshot.commit(),
                model.createdAt(),
                snapshot.version().createdAt(),
                false,
                false,
                false,
                snapshot.version().allTags().entrySet().stream()
                        .map(tag -> tag.getKey() + ":" + tag.getValue())
                        .sorted()
                        .toList(),
                model.task().wire(),
                model.details().license().isEmpty()
                        ? Map.of()
                        : Map.of("license", model.details().license()),
                snapshot.version().files().stream()
                        .map(file -> new Sibling(
                                file.path(), file.size(), file.sha256().hex(), LargeFile.of(file)))
                        .toList());
    }
}
