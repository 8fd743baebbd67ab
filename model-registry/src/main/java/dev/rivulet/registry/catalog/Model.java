package dev.rivulet.registry.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A model as it stands.
 *
 * @param revision grows by one with every change
 * @param versions oldest first
 * @param aliases what each points to
 */
public record Model(
        ModelName name,
        Task task,
        String description,
        long revision,
        Instant createdAt,
        Instant changedAt,
        List<ModelVersion> versions,
        SortedMap<AliasName, VersionName> aliases) {

    /** The version of that name. */
    public Optional<ModelVersion> version(VersionName version) {
        return versions.stream().filter(each -> each.name().equals(version)).findFirst();
    }
}
