// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Walks all that an object holds: its own classes field by field, collections element by element. */
final class Reachable {

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();
    private final List<int[]> ints = new ArrayList<>();

    private Reachable() {}

    /** Every array of numbers that is held, as integers: of bytes each byte, of longs each half. */
    static List<int[]> ints(Object root) {
        Reachable walk = new Reachable();
        walk.add(root);
        while (!walk.open.isEmpty()) {
            walk.look(walk.open.pop());
        }
        return walk.ints;
    }

    private void add(Object object) {
        if (object != null && seen.add(object)) {
            open.push(object);
        }
    }

    private void look(Object object) {
        switch (object) {
            case int[] array -> ints.add(array);
            case byte[] array -> {
                int[] each = new int[array.length];
                Arrays.setAll(each, i -> array[i]);
                ints.add(each);
            }
            case long[] array -> {
                int[] each = new int[2 * array.length];
                Arrays.setAll(each, i -> (int) (array[i / 2] >>> 32 * (i % 2)));
                ints.add(each);
            }
            case Object[] array -> Arrays.asList(array).forEach(this::add);
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    add(key);
                    add(value);
                });
            case Collection<?> all -> all.forEach(this::add);
            case Optional<?> one -> one.ifPresent(this::add);
            default -> fields(object);
        }
    }

    private void fields(Object object) {
        for (Class<?> type = object.getClass();
                type != null && type.getName().startsWith("dev.rivulet.");
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    try {
                        field.setAccessible(true);
                        add(field.get(object));
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
    }
}
