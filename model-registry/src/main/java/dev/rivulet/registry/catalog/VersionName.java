// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import org.jspecify.annotations.Nullable;

/** The name of a version, unique in its model. */
public record VersionName(String value) implements Comparable<VersionName> {

    public VersionName {
        Names.checked(value, Names.VERSION, "name");
    }

    /**
     * Reads what a caller sent.
     *
     * @param param where the caller wrote it
     * @throws dev.rivulet.problems.ProblemException if it is missing or of another form
     */
    public static VersionName parse(@Nullable String text, String param) {
        return new VersionName(Names.checked(text, Names.VERSION, param));
    }

    @Override
    public int compareTo(VersionName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
