// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no file may hold, each with the way out in its message. */
class HouseRulesTest {

    private static final Pattern VAGUE_NAME =
            Pattern.compile("(class|interface|record|enum) \\w*(Impl|Manager|Helper|Utils?)\\b");
    private static final Pattern BLOCKING = Pattern.compile("\\.block\\(\\)|\\.blockFirst\\(|\\.blockLast\\(");

    @Test
    void typesAreNamedForWhatTheyAre() {
        assertThat(holding(VAGUE_NAME, file -> true))
                .as("no Impl, Manager, Helper or Utils: name the one thing the type does")
                .isEmpty();
    }

    @Test
    void testsWaitForConditionsAndAreNeverOff() {
        assertThat(holding(Pattern.compile("Thread\\.sleep\\(|@Disabled\\b"), Sources::isTest))
                .as("no Thread.sleep and no @Disabled in tests: wait for a condition, mend or delete the test")
                .isEmpty();
    }

    @Test
    void reactiveCodeNeverBlocks() {
        assertThat(holding(BLOCKING, file -> !Sources.isTest(file)))
                .as("no block() in main code: return the publisher, or use blocking code on a virtual thread")
                .isEmpty();
    }

    @Test
    void noFileNamesAPackageRegistryHostOrAMachine() {
        Pattern hosts = Pattern.compile("repo1?\\.maven\\.(apache\\.)?org|registry\\.npm" + "js\\.org|files\\.python"
                + "hosted\\.org|/wo" + "rk/main");
        List<String> found = Sources.all().stream()
                .filter(file -> Sources.text(file)
                        .filter(text -> hosts.matcher(text).find())
                        .isPresent())
                .map(Sources::name)
                .toList();

        assertThat(found)
                .as("no registry host and no path of one machine in any file")
                .isEmpty();
    }

    @Test
    void everyPackageOfAServiceSaysWhatItIs() {
        List<String> silent = Sources.java().stream()
                .filter(file -> file.toString().contains("/src/main/java/"))
                .map(Path::toAbsolutePath)
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .map(Sources::name)
                .toList();

        assertThat(silent)
                .as("every package has a package-info.java: one sentence and @NullMarked")
                .isEmpty();
    }

    @Test
    void everyMainPackageIsNullMarked() {
        List<String> unmarked = Sources.java().stream()
                .filter(file -> file.endsWith("package-info.java") && !Sources.isTest(file))
                .filter(file -> Sources.text(file)
                        .filter(text -> text.contains("@NullMarked"))
                        .isEmpty())
                .map(Sources::name)
                .toList();

        assertThat(unmarked).as("package-info.java without @NullMarked").isEmpty();
    }

    private static List<String> holding(Pattern pattern, Predicate<Path> where) {
        return Sources.java().stream()
                .filter(where)
                .filter(file -> !file.endsWith("HouseRulesTest.java"))
                .flatMap(file -> lines(file, pattern))
                .toList();
    }

    private static Stream<String> lines(Path file, Pattern pattern) {
        List<String> lines = Sources.text(file).orElse("").lines().toList();
        return java.util.stream.IntStream.range(0, lines.size())
                .filter(i -> pattern.matcher(lines.get(i)).find())
                .mapToObj(i ->
                        Sources.name(file) + ":" + (i + 1) + " " + lines.get(i).strip());
    }
}
