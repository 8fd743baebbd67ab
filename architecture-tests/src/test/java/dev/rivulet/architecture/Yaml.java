// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.architecture;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A YAML file as maps and lists; names are strings, also {@code on}, which YAML 1.1 holds to be true. */
final class Yaml {

    private Yaml() {}

    static Map<String, Object> read(Path file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Object read = new org.yaml.snakeyaml.Yaml(new SafeConstructor(options))
                .load(Sources.text(file).orElseThrow());
        return map(read);
    }

    static Map<String, Object> map(Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((name, entry) -> map.put(String.valueOf(name), entry));
        return map;
    }

    static Map<String, Object> map(Map<String, Object> in, String name) {
        return map(Objects.requireNonNull(in.get(name), name));
    }

    static List<?> list(Map<String, Object> in, String name) {
        return (List<?>) in.getOrDefault(name, List.of());
    }
}
