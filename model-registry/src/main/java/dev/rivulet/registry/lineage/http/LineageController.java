// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.lineage.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.lineage.Edge;
import dev.rivulet.registry.lineage.EdgeKind;
import dev.rivulet.registry.lineage.Lineage;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/models/{model}/versions/{version}/lineage}. */
@RestController
@RequestMapping("/api/models/{model}/versions/{version}/lineage")
class LineageController {

    private final Lineage lineage;

    LineageController(Lineage lineage) {
        this.lineage = lineage;
    }

    /** An edge that somebody states. */
    record NewEdge(
            @Nullable String kind,
            @Nullable String target,
            @Nullable Map<String, @Nullable String> facts) {

        Edge checked(String from) {
            if (target == null) {
                throw wrong(ProblemCode.MISSING_PARAMETER, "target", "Give the target of the edge.");
            }
            SortedMap<String, String> checked = new TreeMap<>();
            (facts == null ? Map.<String, @Nullable String>of() : facts).forEach((key, value) -> {
                if (value == null) {
                    throw wrong(ProblemCode.INVALID_VALUE, "facts." + key, "A fact has a value.");
                }
                checked.put(key, value);
            });
            return new Edge(from, EdgeKind.parse(kind, "kind"), target, checked);
        }
    }

    /** An edge in JSON. */
    record EdgeView(String from, String kind, String target, Map<String, String> facts) {
        static EdgeView of(Edge edge) {
            return new EdgeView(edge.from(), edge.kind().wire(), edge.target(), edge.facts());
        }
    }

    /** The graph in JSON. */
    record GraphView(List<String> versions, List<EdgeView> edges, boolean complete) {}

    @GetMapping
    GraphView get(@PathVariable String model, @PathVariable String version) {
        Lineage.Graph graph = lineage.of(ModelName.parse(model, "model"), VersionName.parse(version, "version"));
        return new GraphView(
                graph.versions(), graph.edges().stream().map(EdgeView::of).toList(), graph.complete());
    }

    /** Answers 201, or 200 if that was stated before. */
    @PostMapping
    ResponseEntity<EdgeView> add(@PathVariable String model, @PathVariable String version, @RequestBody NewEdge body) {
        ModelName name = ModelName.parse(model, "model");
        VersionName of = VersionName.parse(version, "version");
        Edge edge = body.checked(name + "/" + of);
        boolean added = lineage.add(name, of, edge);
        return ResponseEntity.status(added ? 201 : 200).body(EdgeView.of(edge));
    }

    private static ProblemException wrong(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
