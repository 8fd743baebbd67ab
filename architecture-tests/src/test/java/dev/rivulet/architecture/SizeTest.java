package dev.rivulet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.ast.body.CallableDeclaration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    void noMethodIsLongerThanAScreen() {
        List<Sized> methods =
                Sources.java().stream().flatMap(file -> methods(file).stream()).toList();

        assertThat(methods).as("methods found").isNotEmpty();
        assertThat(longerThan(methods, METHOD_MOST))
                .as("methods over %d lines: name their parts", METHOD_MOST)
                .isEmpty();
        assertThat(p90(methods)).as("p90 of lines per method").isLessThanOrEqualTo(METHOD_P90);
    }

    private static int lines(Path file) {
        return (int) Sources.text(file).orElse("").lines().count();
    }

    private static List<Sized> methods(Path file) {
        JavaParser parser = new JavaParser(new ParserConfiguration().setLanguageLevel(LanguageLevel.BLEEDING_EDGE));
        var result = parser.parse(Sources.text(file).orElse(""));
        assertThat(result.getProblems())
                .as("problems parsing %s", Sources.name(file))
                .isEmpty();
        List<Sized> methods = new ArrayList<>();
        result.getResult()
                .orElseThrow()
                .findAll(CallableDeclaration.class)
                .forEach(method -> method.getRange()
                        .ifPresent(range -> methods.add(
                                new Sized(Sources.name(file) + " " + method.getNameAsString(), range.getLineCount()))));
        return methods;
    }

    private static List<Sized> longerThan(List<Sized> sized, int most) {
        return sized.stream().filter(one -> one.lines() > most).toList();
    }

    private static int p90(List<Sized> sized) {
        List<Integer> sorted = sized.stream().map(Sized::lines).sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(sorted.size() * 0.9) - 1);
    }
}
