// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Meters that the code of the product names, whether or not a run registers them: found in its source by the compiler's parser. */
final class MeterSources {

    private static final Pattern NAME = Pattern.compile("rivulet(?:\\.[a-z0-9]+)+|vllm:[a-z0-9_]+");

    private static final Map<String, String> BUILDERS = Map.of(
            "Counter", "counter",
            "FunctionCounter", "counter",
            "Timer", "timer",
            "Gauge", "gauge",
            "MultiGauge", "gauge",
            "TimeGauge", "gauge",
            "DistributionSummary", "summary");

    private static final Map<String, String> CALLS =
            Map.of("counter", "counter", "timer", "timer", "gauge", "gauge", "summary", "summary");

    /**
     * What the code says of one meter.
     *
     * @param name with dots, as the code has it
     * @param kind empty where the name is handed on to a method that makes the meter
     * @param unit empty where none is said
     * @param labels those that stand beside the name
     * @param file where
     */
    record Found(String name, String kind, String unit, TreeSet<String> labels, Path file) {

        private Found with(Found other) {
            TreeSet<String> all = new TreeSet<>(labels);
            all.addAll(other.labels);
            return new Found(name, kind.isEmpty() ? other.kind : kind, unit.isEmpty() ? other.unit : unit, all, file);
        }
    }

    private MeterSources() {}

    /** By name. */
    static Map<String, Found> read() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources()));
            Map<String, Found> found = new TreeMap<>();
            for (CompilationUnitTree unit : task.parse()) {
                Reader reader = new Reader(Path.of(unit.getSourceFile().toUri()));
                unit.accept(new Constants(reader.constants), null);
                unit.accept(reader, null);
                reader.found.forEach(meter -> found.merge(meter.name(), meter, Found::with));
            }
            return found;
        }
    }

    /** Files of the product that have to do with meters. */
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path parent : List.of(Platform.repository(), Platform.repository().resolve("libs"))) {
            try (Stream<Path> modules = Files.list(parent)) {
                for (Path module :
                        modules.map(each -> each.resolve("src/main/java")).toList()) {
                    sources.addAll(ofModule(module));
                }
            }
        }
        return sources;
    }

    private static List<Path> ofModule(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                if (Files.readString(file).contains("import io.micrometer.")) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** Names of constants and the texts that they stand for. */
    private static final class Constants extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final Map<String, String> texts;

        private Constants(Map<String, String> texts) {
            this.texts = texts;
        }

        @Override
        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void none) {
            if (variable.getInitializer() instanceof LiteralTree literal && literal.getValue() instanceof String text) {
                texts.put(variable.getName().toString(), text);
            }
            return super.visitVariable(variable, none);
        }
    }

    private static final class Reader extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final Path file;
        private final Map<String, String> constants = new HashMap<>();
        private final List<Found> found = new ArrayList<>();

        private Reader(Path file) {
            this.file = file;
        }

        private void found(String name, String kind, String unit, List<String> labels) {
            found.add(new Found(name, kind, unit, new TreeSet<>(labels), file));
        }

        /** What stands in an annotation names a setting. */
        @Override
        public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void none) {
            return null;
        }

        @Override
        public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void none) {
            if (literal.getValue() instanceof String text && NAME.matcher(text).matches()) {
                found(text, "", "", List.of());
            }
            return super.visitLiteral(literal, none);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void none) {
            if (call.getMethodSelect() instanceof MemberSelectTree select) {
                String method = select.getIdentifier().toString();
                List<? extends ExpressionTree> arguments = call.getArguments();
                String first = arguments.isEmpty() ? null : text(arguments.getFirst());
                switch (method) {
                    case "builder" -> made(select, first);
                    case "tag", "baseUnit" -> told(method, first, select.getExpression());
                    default -> called(CALLS.get(method), first, arguments);
                }
            }
            return super.visitMethodInvocation(call, none);
        }

        private void made(MemberSelectTree select, @Nullable String name) {
            String kind = BUILDERS.get(select.getExpression().toString());
            if (kind != null && name != null) {
                found(name, kind, "", List.of());
            }
        }

        /** A label or a unit of the meter whose builder this is a call of. */
        private void told(String method, @Nullable String value, ExpressionTree receiver) {
            String name = root(receiver);
            if (name != null && value != null) {
                boolean label = method.equals("tag");
                found(name, "", label ? "" : value, label ? List.of(value) : List.of());
            }
        }

        private @Nullable String root(ExpressionTree receiver) {
            ExpressionTree at = receiver;
            while (at instanceof MethodInvocationTree call
                    && call.getMethodSelect() instanceof MemberSelectTree select) {
                if (select.getIdentifier().contentEquals("builder")) {
                    boolean meter = BUILDERS.containsKey(select.getExpression().toString());
                    return meter ? text(call.getArguments().getFirst()) : null;
                }
                at = select.getExpression();
            }
            return null;
        }

        /** {@code meters.counter(name, label, value, label, value)}. */
        private void called(@Nullable String kind, @Nullable String name, List<? extends ExpressionTree> arguments) {
            if (kind == null || name == null || !NAME.matcher(name).matches()) {
                return;
            }
            List<String> labels = new ArrayList<>();
            for (int i = 1; !kind.equals("gauge") && i + 1 < arguments.size(); i += 2) {
                labels.add(Objects.requireNonNullElse(text(arguments.get(i)), ""));
            }
            labels.removeIf(String::isEmpty);
            found(name, kind, "", labels);
        }

        private @Nullable String text(ExpressionTree expression) {
            return switch (expression) {
                case LiteralTree literal when literal.getValue() instanceof String text -> text;
                case IdentifierTree identifier ->
                    constants.get(identifier.getName().toString());
                default -> null;
            };
        }
    }
}
