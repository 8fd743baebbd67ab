// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import org.jspecify.annotations.Nullable;

/** The name of a model, unique in the registry. */
public record ModelName(String value) implements Comparable<ModelName> {

    public ModelName {
        Names.checked(value, Names.MODEL, "name");
    }

    /**
     * Reads what a caller sent.
     *
     * @param param where the caller wrote it
     * @throws dev.rivulet.problems.ProblemException if it is missing or of another form
     */
    public static ModelName parse(@Nullable String text, String param) {
        return new ModelName(Names.checked(text, Names.MODEL, param));
    }

    @Override
    public int compareTo(ModelName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
