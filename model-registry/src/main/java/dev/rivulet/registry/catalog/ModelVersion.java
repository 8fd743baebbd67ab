// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.registry.artifacts.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A version of a model; its files and the tags it was registered with never change.
 *
 * @param files sorted by path
 * @param tags it was registered with
 * @param labels tags it was given later, none of which is among {@code tags}
 * @param description what people say about it
 */
public record ModelVersion(
        VersionName name,
        List<ModelFile> files,
        Map<String, String> tags,
        Instant createdAt,
        Map<String, String> labels,
        String description) {

    private static final int COMMIT_DIGITS = 40;

    public ModelVersion {
        files = List.copyOf(files);
        tags = Map.copyOf(tags);
        labels = Map.copyOf(labels);
    }

    /** The tags it was registered with and those it was given later, sorted by their names. */
    public SortedMap<String, String> allTags() {
        SortedMap<String, String> all = new TreeMap<>(labels);
        all.putAll(tags);
        return all;
    }

    /**
     * What tells this version from every other for ever, as a commit of a repository does: the first 40 hexadecimal digits of the
     * SHA-256 of the model's name, the version's name and its files.
     */
    public String commit(ModelName model) {
        StringBuilder content = new StringBuilder(model.value()).append('\n').append(name);
        for (ModelFile file : files) {
            content.append('\n').append(file.sha256()).append(' ').append(file.path());
        }
        return Sha256.of(content.toString()).hex().substring(0, COMMIT_DIGITS);
    }

    /** What one registers to have it under another model. */
    public NewVersion asNew() {
        return new NewVersion(name, files, tags);
    }

    /** Whether both have the same files and were registered with the same tags. */
    boolean sameContent(ModelVersion other) {
        return files.equals(other.files) && tags.equals(other.tags);
    }
}
