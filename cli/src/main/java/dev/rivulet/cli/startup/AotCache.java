// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.startup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * An ahead-of-time cache of a JVM: what a program loads and links at its start, kept from one run for the next. It fits one
 * JDK, one set of JVM options and one content of the class path; it is found by all three.
 *
 * @param folder where the cache is kept
 * @param jvm how the JVM is called
 * @param content names the content of the class path
 */
public record AotCache(Path folder, Jvm jvm, String content) {

    /** Whether the cache is there. */
    public boolean isThere() {
        return Files.exists(file());
    }

    /** Command that runs a program without the cache. */
    public List<String> plain(List<String> program) {
        return command(List.of(), program);
    }

    /** Command that runs a program with the cache; the JVM does without where the cache does not fit. */
    public List<String> cached(List<String> program) {
        return command(List.of("-XX:AOTCache=" + file(), "-Xlog:aot=off", "-Xlog:aot*=off"), program);
    }

    /** Command that runs a program, which is to end by itself, and then writes {@link #fresh()}. */
    public List<String> training(List<String> program) {
        return command(List.of("-XX:AOTCacheOutput=" + fresh(), "-Xlog:aot=error", "-Xlog:aot*=error"), program);
    }

    /** Where a training run of this process writes. */
    public Path fresh() {
        return folder.resolve(
                file().getFileName() + "." + ProcessHandle.current().pid() + ".new");
    }

    /**
     * Puts what a training run wrote in its place.
     *
     * @return whether it wrote anything
     */
    public boolean keepFresh() throws IOException {
        Files.deleteIfExists(folder.resolve(fresh().getFileName() + ".config"));
        if (!Files.exists(fresh())) {
            return false;
        }
        Files.move(fresh(), file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private Path file() {
        String fits = System.getProperty("java.vm.version") + String.join(" ", jvm.words()) + content;
        return folder.resolve(Digests.shortName(fits.getBytes(StandardCharsets.UTF_8)) + ".aot");
    }

    private List<String> command(List<String> more, List<String> program) {
        List<String> command = new ArrayList<>(jvm.words());
        command.addAll(more);
        command.addAll(program);
        return command;
    }
}
