// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.lineage;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.VersionName;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Reads and adds to the graph. What was stated once never changes. */
@Component
public class Lineage {

    private static final int MAX_EDGES = 64;
    private static final int MAX_FACTS = 64;
    private static final int MAX_TEXT = 1024;
    private static final int MAX_VERSIONS = 256;
    private static final Pattern VERSION =
            Pattern.compile("([a-z0-9][a-z0-9._-]{0,62})/([A-Za-z0-9][A-Za-z0-9._-]{0,62})");

    private final Catalog catalog;
    private final EdgeStore store;
    private final TransactionOperations transactions;
    private final Clock clock;

    Lineage(Catalog catalog, EdgeStore store, TransactionOperations transactions, Clock clock) {
        this.catalog = catalog;
        this.store = store;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Versions and what each was made from.
     *
     * @param versions the one asked for first, then those of this registry it came from
     * @param complete false if there are more than 256 versions
     */
    public record Graph(List<String> versions, List<Edge> edges, boolean complete) {}

    private record At(Model model, ModelVersion version) {
        String name() {
            return model.name() + "/" + version.name();
        }
    }

    /** All that a version came from, through every version of this registry. */
    public Graph of(ModelName name, VersionName version) {
        return inTransaction(() -> {
            Deque<At> left = new ArrayDeque<>(List.of(at(name, version)));
            Set<String> seen = new LinkedHashSet<>(Set.of(left.getFirst().name()));
            List<Edge> edges = new ArrayList<>();
            boolean complete = true;
            while (!left.isEmpty()) {
                for (Edge edge : edges(left.removeFirst())) {
                    edges.add(edge);
                    Optional<At> next = leadsTo(edge).filter(target -> !seen.contains(target.name()));
                    if (next.isPresent() && seen.size() >= MAX_VERSIONS) {
                        complete = false;
                    } else if (next.isPresent()) {
                        seen.add(next.get().name());
                        left.add(next.get());
                    }
                }
            }
            return new Graph(List.copyOf(seen), edges, complete);
        });
    }

    /**
     * States what a version was made from.
     *
     * @return false if that was stated before, equal
     * @throws ProblemException if a parent is not an earlier version of this registry, if there are too many edges, or
     *     {@code conflict} if it was stated with other facts
     */
    public boolean add(ModelName name, VersionName version, Edge edge) {
        check(edge);
        return inTransaction(() -> {
            At from = at(name, version);
            if (edge.kind() == EdgeKind.PARENT) {
                checkParent(from, edge);
            }
            List<Edge> stated = store.edges(name, version);
            Optional<Edge> same = stated.stream()
                    .filter(each -> each.kind() == edge.kind() && each.target().equals(edge.target()))
                    .findFirst();
            if (same.isPresent()) {
                if (!same.get().facts().equals(edge.facts())) {
                    throw problem(
                            ProblemCode.CONFLICT, "facts", "This was stated with other facts, which never change.");
                }
                return false;
            }
            if (stated.size() >= MAX_EDGES) {
                throw problem(ProblemCode.CONFLICT, "kind", "A version has at most " + MAX_EDGES + " stated edges.");
            }
            return store.add(name, version, edge, clock.instant());
        });
    }

    private List<Edge> edges(At at) {
        List<Edge> edges = new ArrayList<>(KnownEdges.of(at.name(), at.model().task(), at.version()));
        edges.addAll(store.edges(at.model().name(), at.version().name()));
        return edges;
    }

    /** Only an earlier version can be a parent, so that no version comes from itself. */
    private void checkParent(At from, Edge edge) {
        At parent = leadsTo(edge)
                .orElseThrow(() -> problem(
                        ProblemCode.NOT_FOUND,
                        "target",
                        "A parent is a model/version of this registry; this is none."));
        if (!parent.version().createdAt().isBefore(from.version().createdAt())) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "target",
                    "A parent was registered before the version that came from it.");
        }
    }

    private Optional<At> leadsTo(Edge edge) {
        Matcher matcher = VERSION.matcher(edge.target());
        boolean leads = edge.kind() == EdgeKind.PARENT || edge.kind() == EdgeKind.ADAPTER_BASE;
        if (!leads || !matcher.matches() || edge.target().contains("..")) {
            return Optional.empty();
        }
        // What an edge leads to may be removed; the edge stays.
        return catalog.find(new ModelName(matcher.group(1)))
                .flatMap(model ->
                        model.version(new VersionName(matcher.group(2))).map(version -> new At(model, version)));
    }

    private At at(ModelName name, VersionName version) {
        Model model = catalog.get(name);
        return new At(
                model,
                model.version(version)
                        .orElseThrow(() ->
                                problem(ProblemCode.NOT_FOUND, "version", name + " has no version " + version + ".")));
    }

    private static void check(Edge edge) {
        boolean wrong = edge.facts().size() > MAX_FACTS
                || bad(edge.target())
                || edge.target().isBlank();
        if (wrong || edge.facts().entrySet().stream().anyMatch(fact -> bad(fact.getKey()) || bad(fact.getValue()))) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "target",
                    "A target and at most " + MAX_FACTS + " facts have at most " + MAX_TEXT
                            + " characters each, none of them NUL.");
        }
    }

    private static boolean bad(String text) {
        return text.length() > MAX_TEXT || text.indexOf(0) >= 0;
    }

    private <T> T inTransaction(Supplier<T> step) {
        return Objects.requireNonNull(transactions.execute(_ -> step.get()));
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
