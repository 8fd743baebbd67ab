// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.modelpackage.quantisation.LinearTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Notes which matrices a graph asks for and reads none. */
final class PlannedLayers implements LinearLayers {

    private final Map<String, LinearTensor> tensors = new LinkedHashMap<>();

    /** Each tensor once, a table as a table. */
    List<LinearTensor> tensors() {
        return new ArrayList<>(tensors.values());
    }

    @Override
    public String linear(GraphWriter graph, String name, LinearTensor matrix) {
        tensors.putIfAbsent(matrix.name(), matrix);
        return name;
    }

    @Override
    public String embed(GraphWriter graph, String name, String tokens, LinearTensor table) {
        tensors.put(table.name(), table);
        return name;
    }
}
