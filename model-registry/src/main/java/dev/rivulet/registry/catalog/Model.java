// SPDX-License-Identifier: Apache-2.0
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
 * @param details what people say about it
 */
public record Model(
        ModelName name,
        Task task,
        String description,
        long revision,
        Instant createdAt,
        Instant changedAt,
        List<ModelVersion> versions,
        SortedMap<AliasName, VersionName> aliases,
        ModelDetails details) {

    private static final int MAX_DIGITS = 15;

    /** One more than the largest number that is the name of a version. */
    VersionName nextNumber() {
        long largest = versions.stream()
                .map(version -> version.name().value())
                .filter(text -> text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9'))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
        return new VersionName(Long.toString(largest + 1));
    }

    /** The version of that name. */
    public Optional<ModelVersion> version(VersionName version) {
        return versions.stream().filter(each -> each.name().equals(version)).findFirst();
    }
}
