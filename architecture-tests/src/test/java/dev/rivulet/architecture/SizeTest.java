// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The house numbers: method ≤ 20 lines at p90 and ≤ 60 always, file ≤ 250 at p90 and ≤ 500 always; tests too. */
class SizeTest {

    private static final int METHOD_P90 = 20;
    private static final int METHOD_MOST = 60;
    private static final int FILE_P90 = 250;
    private static final int FILE_MOST = 500;

    private record Sized(String name, int lines) {}

    @Test
    void noFileIsLongerThanAReaderHolds() {
        List<Sized> files = Sources.java().stream()
                .map(file -> new Sized(Sources.name(file), lines(file)))
                .toList();

        assertThat(longerThan(files, FILE_MOST))
                .as("files over %d lines: split them by what they are about", FILE_MOST)
                .isEmpty();
        assertThat(p90(files)).as("p90 of lines per file").isLessThanOrEqualTo(FILE_P90);
    }

    @Test
    void noMethodIsLongerThanAScreen() throws IOException {
        List<Sized> methods = methods(Sources.java());

        assertThat(methods).as("methods found").isNotEmpty();
        assertThat(longerThan(methods, METHOD_MOST))
                .as("methods over %d lines: name their parts", METHOD_MOST)
                .isEmpty();
        assertThat(p90(methods)).as("p90 of lines per method").isLessThanOrEqualTo(METHOD_P90);
    }

    private static int lines(Path file) {
        return (int) Sources.text(file).orElse("").lines().count();
    }

    /** Methods and constructors with a body, as the compiler itself parses them. */
    private static List<Sized> methods(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<Sized> methods = new ArrayList<>();
        try (StandardJavaFileManager manager =
                compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, problems, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodLengths(unit, positions).scan(unit, methods);
            }
        }
        assertThat(problems.getDiagnostics()).as("problems parsing").isEmpty();
        return methods;
    }

    private static final class MethodLengths extends TreeScanner<@Nullable Void, List<Sized>> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        MethodLengths(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, List<Sized> found) {
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method));
            String file = Sources.name(Path.of(unit.getSourceFile().toUri()));
            found.add(new Sized(file + " " + method.getName(), (int) (last - first + 1)));
            return super.visitMethod(method, found);
        }
    }

    private static List<Sized> longerThan(List<Sized> sized, int most) {
        return sized.stream().filter(one -> one.lines() > most).toList();
    }

    private static int p90(List<Sized> sized) {
        List<Integer> sorted = sized.stream().map(Sized::lines).sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(sorted.size() * 0.9) - 1);
    }
}
