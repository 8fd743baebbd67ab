// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.util.List;

/**
 * What a search wants of a model or a version.
 *
 * @param field of which
 * @param key which tag; empty for other fields
 * @param operator how
 * @param values one, or for {@link Operator#IN} some; for {@link Operator#LIKE} and {@link Operator#ILIKE} a pattern in which
 *     {@code %} stands for any characters and {@code _} for one, unless a backslash goes before
 */
public record Condition(Field field, String key, Operator operator, List<String> values) {

    /** What is looked at. */
    public enum Field {
        NAME,
        TASK,
        LICENSE,
        /** Of a model: that it has such an alias. Of a version: that such an alias points to it. */
        ALIAS,
        TAG,
        /** Of versions alone: the address of its files in MLflow's form. */
        SOURCE
    }

    /** How it is compared; a tag that is missing differs from every value. */
    public enum Operator {
        EQUAL,
        DIFFERENT,
        LIKE,
        ILIKE,
        IN
    }

    public Condition {
        values = List.copyOf(values);
        if (values.isEmpty() || (operator != Operator.IN && values.size() > 1)) {
            throw new IllegalArgumentException("A condition compares with one value, IN with one or more");
        }
    }

    /** That a field is exactly this. */
    public static Condition equal(Field field, String value) {
        return new Condition(field, "", Operator.EQUAL, List.of(value));
    }

    /** That a tag is exactly this. */
    public static Condition tag(String key, String value) {
        return new Condition(Field.TAG, key, Operator.EQUAL, List.of(value));
    }

    /** That the name is like this, in which {@code *} stands for any characters. */
    public static Condition nameLike(String glob) {
        String pattern = glob.replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
                .replace('*', '%');
        return new Condition(Field.NAME, "", Operator.LIKE, List.of(pattern));
    }
}
