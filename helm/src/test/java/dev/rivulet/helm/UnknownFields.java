// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds fields that Kubernetes' model doesn't know: its reader keeps them apart, and a cluster would drop or refuse them. */
final class UnknownFields {

    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    /** Paths of unknown fields, such as {@code spec.containers[0].portz}. */
    static List<String> of(Object object) {
        UnknownFields unknown = new UnknownFields();
        unknown.walk("", object);
        return unknown.found;
    }

    private void walk(String path, Object value) {
        switch (value) {
            case null -> {}
            case GenericKubernetesResource foreign -> {}
            case Collection<?> items -> {
                int index = 0;
                for (Object item : items) {
                    walk(path + "[" + index++ + "]", item);
                }
            }
            case Map<?, ?> entries -> entries.forEach((key, entry) -> walk(path + "." + key, entry));
            default -> {
                if (value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model")) {
                    fields(path, value);
                }
            }
        }
    }

    private void fields(String path, Object model) {
        for (Method getter : model.getClass().getMethods()) {
            if (!getter.getName().startsWith("get") || getter.getParameterCount() > 0) {
                continue;
            }
            Object value = read(getter, model);
            if (getter.getName().equals("getAdditionalProperties")) {
                ((Map<?, ?>) value).keySet().forEach(name -> found.add(path + "." + name));
            } else {
                walk(path + "." + fieldName(getter), value);
            }
        }
    }

    private static String fieldName(Method getter) {
        String name = getter.getName().substring(3);
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static Object read(Method getter, Object model) {
        try {
            return getter.invoke(model);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(getter.toString(), e);
        }
    }
}
