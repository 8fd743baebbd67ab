package dev.rivulet.registry.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A version of a model; it never changes.
 *
 * @param files sorted by path
 */
public record ModelVersion(VersionName name, List<ModelFile> files, Map<String, String> tags, Instant createdAt) {

    public ModelVersion {
        files = List.copyOf(files);
        tags = Map.copyOf(tags);
    }

    /** Whether both have the same files and tags. */
    boolean sameContent(ModelVersion other) {
        return files.equals(other.files) && tags.equals(other.tags);
    }
}
