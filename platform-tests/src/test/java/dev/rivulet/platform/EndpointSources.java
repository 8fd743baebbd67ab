// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What services serve over HTTP by annotations of Spring: found in their source by the compiler's parser. */
final class EndpointSources {

    private static final Map<String, String> MAPPINGS = new TreeMap<>(Map.of(
            "GetMapping", "GET",
            "PostMapping", "POST",
            "PutMapping", "PUT",
            "DeleteMapping", "DELETE",
            "PatchMapping", "PATCH",
            "RequestMapping", "any"));

    /** How the compiler prints letters beyond ASCII. */
    private static final Pattern ESCAPED = Pattern.compile("\\\\u([0-9a-f]{4})");

    /**
     * One method and path.
     *
     * @param method of HTTP, or {@code any}
     * @param path with its variables in braces
     * @param takes parameters of the query and headers, each with {@code ?} where it may be left out
     * @param about the first sentence of what is said of it; empty where nothing is
     */
    record Endpoint(String method, String path, List<String> takes, String about) {}

    /**
     * Endpoints of one class.
     *
     * @param about what is said of all of them
     */
    record Controller(String about, List<Endpoint> endpoints) {}

    private EndpointSources() {}

    /** Of one module, in the order of their paths. */
    static List<Controller> of(Path module) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources(module)));
            List<Controller> found = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                Reader reader = new Reader(DocTrees.instance(task));
                reader.scan(unit, null);
                found.addAll(reader.found);
            }
            found.sort((one, two) -> first(one).compareTo(first(two)));
            return found;
        }
    }

    private static String first(Controller controller) {
        return controller.endpoints().getFirst().path()
                + controller.endpoints().getFirst().method();
    }

    private static List<Path> sources(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            List<Path> found = new ArrayList<>();
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith(".java"))::iterator) {
                if (Files.readString(file).contains("@RestController")) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    private static final class Reader extends TreePathScanner<Void, Void> {

        private final List<Controller> found = new ArrayList<>();
        private final Map<String, String> constants = new HashMap<>();
        private final DocTrees docs;

        Reader(DocTrees docs) {
            this.docs = docs;
        }

        @Override
        public Void visitClass(ClassTree type, Void none) {
            if (annotation(type.getModifiers(), "RestController").isEmpty()) {
                return null;
            }
            type.getMembers().forEach(this::constant);
            List<String> roots = annotation(type.getModifiers(), "RequestMapping")
                    .map(this::paths)
                    .orElse(List.of(""));
            List<Endpoint> endpoints = new ArrayList<>();
            for (var member : type.getMembers()) {
                if (member instanceof MethodTree method) {
                    endpoints.addAll(endpoints(method, roots));
                }
            }
            if (!endpoints.isEmpty()) {
                found.add(new Controller(sentences(getCurrentPath()), endpoints));
            }
            return null;
        }

        private void constant(Tree member) {
            if (member instanceof VariableTree field && field.getInitializer() instanceof LiteralTree literal) {
                constants.put(field.getName().toString(), String.valueOf(literal.getValue()));
            }
        }

        private List<Endpoint> endpoints(MethodTree method, List<String> roots) {
            List<Endpoint> all = new ArrayList<>();
            MAPPINGS.forEach((name, verb) -> annotation(method.getModifiers(), name)
                    .ifPresent(mapping -> roots.forEach(root -> paths(mapping)
                            .forEach(path -> all.add(new Endpoint(
                                    verb.equals("any") ? verb(mapping) : verb,
                                    root + path,
                                    takes(method),
                                    sentence(new TreePath(getCurrentPath(), method))))))));
            return all;
        }

        private List<String> takes(MethodTree method) {
            List<String> takes = new ArrayList<>();
            for (VariableTree parameter : method.getParameters()) {
                annotation(parameter.getModifiers(), "RequestParam")
                        .ifPresent(param -> takes.add(named(param, parameter)));
                annotation(parameter.getModifiers(), "RequestHeader")
                        .ifPresent(header -> takes.add("header " + named(header, parameter)));
            }
            return takes;
        }

        private String named(AnnotationTree annotation, VariableTree parameter) {
            String name = value(annotation, "name")
                    .or(() -> value(annotation, "value"))
                    .orElse(parameter.getName().toString());
            boolean optional =
                    value(annotation, "required").filter("false"::equals).isPresent()
                            || value(annotation, "defaultValue").isPresent()
                            || parameter.toString().contains("@Nullable");
            return name + (optional ? "?" : "");
        }

        private String verb(AnnotationTree mapping) {
            return mapping.getArguments().stream()
                    .map(Object::toString)
                    .filter(argument -> argument.startsWith("method"))
                    .map(argument -> argument.replaceAll("(?s).*RequestMethod\\.(\\w+).*", "$1"))
                    .findFirst()
                    .orElse("any");
        }

        private List<String> paths(AnnotationTree mapping) {
            List<String> paths = new ArrayList<>();
            for (ExpressionTree argument : mapping.getArguments()) {
                if (argument instanceof AssignmentTree named) {
                    String name = named.getVariable().toString();
                    if (name.equals("value") || name.equals("path")) {
                        texts(named.getExpression(), paths);
                    }
                } else {
                    texts(argument, paths);
                }
            }
            return paths.isEmpty() ? List.of("") : paths;
        }

        private void texts(ExpressionTree expression, List<String> texts) {
            if (expression instanceof NewArrayTree array) {
                array.getInitializers().forEach(each -> texts(each, texts));
            } else {
                texts.add(text(expression));
            }
        }

        private String text(ExpressionTree expression) {
            return switch (expression) {
                case LiteralTree literal -> String.valueOf(literal.getValue());
                case BinaryTree sum -> text(sum.getLeftOperand()) + text(sum.getRightOperand());
                case IdentifierTree name ->
                    constants.getOrDefault(name.getName().toString(), "{" + name + "}");
                default -> "{" + expression.toString().toLowerCase(Locale.ROOT) + "}";
            };
        }

        private Optional<String> value(AnnotationTree annotation, String wanted) {
            for (ExpressionTree argument : annotation.getArguments()) {
                if (argument instanceof AssignmentTree named) {
                    if (named.getVariable().toString().equals(wanted)) {
                        return Optional.of(text(named.getExpression()));
                    }
                } else if (wanted.equals("value")) {
                    return Optional.of(text(argument));
                }
            }
            return Optional.empty();
        }

        private static Optional<AnnotationTree> annotation(ModifiersTree modifiers, String name) {
            return modifiers.getAnnotations().stream()
                    .filter(each -> each.getAnnotationType().toString().equals(name))
                    .map(AnnotationTree.class::cast)
                    .findFirst();
        }

        private String sentence(TreePath path) {
            return plain(doc(path).map(DocCommentTree::getFirstSentence).orElse(List.of()));
        }

        private String sentences(TreePath path) {
            return plain(doc(path).map(DocCommentTree::getFullBody).orElse(List.of()));
        }

        private Optional<DocCommentTree> doc(TreePath path) {
            return Optional.ofNullable(docs.getDocCommentTree(path));
        }

        private static String plain(List<?> tree) {
            return ESCAPED.matcher(tree.stream().map(String::valueOf).collect(Collectors.joining()))
                    .replaceAll(escaped -> Character.toString(Integer.parseInt(escaped.group(1), 16)))
                    .replaceAll("\\{@code ((?:[^{}]|\\{[^{}]*})*)}", "`$1`")
                    .replaceAll("\\{@link(?:plain)? #?([^} ]*)[^}]*}", "`$1`")
                    .replaceAll("\\s+", " ")
                    .strip();
        }
    }
}
