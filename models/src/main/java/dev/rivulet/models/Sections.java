// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the sectioned resource files beside it: {@code == title} opens a section, {@code #} is a remark. */
public final class Sections {
    private Sections() {}

    /** The lines of a resource, without remarks and titles taken apart. */
    public static List<String> lines(String resource) {
        try (InputStream in = Sections.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no such corpus resource: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read corpus resource " + resource, e);
        }
    }

    /** The lines of each section, in the order of the titles. */
    public static Map<String, List<String>> read(String resource) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : lines(resource)) {
            if (line.startsWith("==")) {
                current = sections.computeIfAbsent(line.substring(2).strip(), _ -> new ArrayList<>());
            } else {
                current.add(line);
            }
        }
        return sections;
    }
}
