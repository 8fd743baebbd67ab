// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says and does before any Java runs. */
class LauncherTest {
    @TempDir
    Path folder;

    Launcher launcher;

    @BeforeEach
    void machineWithoutJava() throws IOException {
        launcher = new Launcher(folder);
    }

    @Test
    void withoutWordsItTeaches() throws Exception {
        Launcher.Told told = launcher.run();

        assertThat(told.exit()).isZero();
        assertThat(told.out()).contains("./rivulet up", "eval \"$(./rivulet env)\"", "JDK 25", "Maven");
        assertThat(launcher.run("--help").out()).isEqualTo(told.out());
    }

    @Test
    void anUnknownCommandEndsWith2AndAHint() throws Exception {
        Launcher.Told told = launcher.run("upp");

        assertThat(told.exit()).isEqualTo(2);
        assertThat(told.err()).contains("no command upp", "up, down", "--help");
        assertThat(told.out()).isEmpty();
    }

    @Test
    void anUnknownOptionOrModuleOfTestEndsWith2() throws Exception {
        assertThat(launcher.run("test", "--lon").exit()).isEqualTo(2);
        assertThat(launcher.run("test", "libs/nothing").err()).contains("no module libs/nothing");
    }

    @Test
    void aMissingMavenIsTold() throws Exception {
        Launcher.Told told = launcher.call("need_maven");

        assertThat(told.exit()).isEqualTo(1);
        assertThat(told.err()).contains("Maven 3.8.7", "https://maven.apache.org/install.html");
    }

    @Test
    void testReportsAreAddedUpFromTheirFirstElement() throws Exception {
        Path module = folder.resolve("checkout/libs/one");
        report(
                module,
                "surefire-reports/TEST-a.xml",
                "<testsuite name=\"a\" tests=\"5\" errors=\"1\" skipped=\"1\"" + " failures=\"2\">");
        report(
                module,
                "failsafe-reports/TEST-b.xml",
                "<testsuite xmlns:x=\"y\" name=\"b tests=&quot;9&quot;\"\n  time=\"1\""
                        + " tests=\"3\" errors=\"0\" skipped=\"0\" failures=\"0\">");
        Path begun = Files.createFile(folder.resolve("begun"));
        Files.setLastModifiedTime(begun, FileTime.fromMillis(1_000));

        Launcher.Told told = launcher.call("checkout=" + folder.resolve("checkout") + "; count_tests " + begun);

        assertThat(told.out().strip()).isEqualTo("4 3 1");
    }

    @Test
    void reportsOfAnEarlierRunDoNotCount() throws Exception {
        report(folder.resolve("checkout"), "surefire-reports/TEST-a.xml", "<testsuite tests=\"5\">");
        Path begun = Files.createFile(folder.resolve("begun"));
        Files.setLastModifiedTime(begun, FileTime.fromMillis(System.currentTimeMillis() + 60_000));

        Launcher.Told told = launcher.call("checkout=" + folder.resolve("checkout") + "; count_tests " + begun);

        assertThat(told.out().strip()).isIn("", "0 0 0");
    }

    private static void report(Path module, String name, String suite) throws IOException {
        Path file = module.resolve("target").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "<?xml version=\"1.0\"?>\n" + suite + "\n<testcase name=\"x\"><system-out>tests=\"77\"</system-out>"
                        + "</testcase>\n</testsuite>\n");
    }

    @Test
    void aBuildIsFreshUntilASourceChangesOrComesOrGoes() throws Exception {
        Path checkout = folder.resolve("checkout");
        Path source = checkout.resolve("cli/src/main/java/A.java");
        for (Path file : List.of(checkout.resolve("cli/pom.xml"), source, checkout.resolve("cli/target/cli.jar"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x");
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        }
        String fresh = "checkout=" + checkout + "; stamp=$checkout/target/stamp; is_fresh && echo fresh || echo stale";
        assertThat(launcher.call(fresh).out()).contains("stale");
        launcher.call("checkout=" + checkout + "; mkdir -p $checkout/target; sources | cksum > $checkout/target/stamp");
        assertThat(launcher.call(fresh).out()).contains("fresh");

        Path another = Files.writeString(source.resolveSibling("B.java"), "y");
        assertThat(launcher.call(fresh).out()).contains("stale");
        Files.delete(another);
        assertThat(launcher.call(fresh).out()).contains("fresh");

        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        assertThat(launcher.call(fresh).out()).contains("stale");
    }

    @Test
    void everyCommandOfTheHelpIsACommand() throws Exception {
        List<String> known =
                launcher.call("printf '%s\\n' $commands").out().lines().toList();
        Stream<String> shown = launcher.run()
                .out()
                .lines()
                .filter(line -> line.matches("  [a-z]+ .*"))
                .map(line -> line.strip().replaceFirst(" .*", ""));

        assertThat(shown.distinct()).isSubsetOf(known).contains("up", "down", "status", "env", "test", "bench");
    }
}
