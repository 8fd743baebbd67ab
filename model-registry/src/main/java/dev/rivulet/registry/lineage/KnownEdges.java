// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.lineage;

import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a version itself tells of where it came from: its files, and the tags it was registered with. */
final class KnownEdges {

    private static final String QUALITY = "quality.";

    private KnownEdges() {}

    static List<Edge> of(String from, Task task, ModelVersion version) {
        List<Edge> edges = new ArrayList<>();
        for (ModelFile file : version.files()) {
            if (isWeights(file.path())) {
                edges.add(Edge.of(
                        from,
                        EdgeKind.WEIGHTS,
                        file.sha256().hex(),
                        Map.of("path", file.path(), "size", Long.toString(file.size()))));
            }
        }
        Map<String, String> tags = version.tags();
        String source = tags.get("source");
        if (source != null) {
            edges.add(Edge.of(from, EdgeKind.ORIGIN, source, Map.of()));
        }
        String base = tags.get("base");
        if (base != null && task == Task.LORA_ADAPTER) {
            edges.add(Edge.of(from, EdgeKind.ADAPTER_BASE, base, Map.of()));
        }
        String weights = tags.get("weights");
        if (weights != null) {
            edges.add(Edge.of(from, EdgeKind.QUANTISATION, weights, quality(tags)));
        }
        return edges;
    }

    private static Map<String, String> quality(Map<String, String> tags) {
        Map<String, String> figures = new TreeMap<>();
        tags.forEach((key, value) -> {
            if (key.startsWith(QUALITY)) {
                figures.put(key.substring(QUALITY.length()), value);
            }
        });
        return figures;
    }

    private static boolean isWeights(String path) {
        return path.endsWith(".safetensors") || path.endsWith(".gguf") || path.endsWith(".onnx");
    }
}
