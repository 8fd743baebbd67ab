// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import org.jspecify.annotations.Nullable;

/** A name that points to a version of a model, such as champion. */
public record AliasName(String value) implements Comparable<AliasName> {

    public AliasName {
        Names.checked(value, Names.VERSION, "name");
    }

    /**
     * Reads what a caller sent.
     *
     * @param param where the caller wrote it
     * @throws dev.rivulet.problems.ProblemException if it is missing or of another form
     */
    public static AliasName parse(@Nullable String text, String param) {
        return new AliasName(Names.checked(text, Names.VERSION, param));
    }

    @Override
    public int compareTo(AliasName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
