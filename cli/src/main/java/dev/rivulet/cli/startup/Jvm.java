// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.startup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a JVM of the platform is called.
 *
 * @param heap largest heap, as {@code -Xmx} takes it
 * @param options more options of the user's choice
 */
public record Jvm(String heap, List<String> options) {

    /** The java program that runs this process. */
    public static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Program and options, without what is to be run. */
    public List<String> words() {
        List<String> words = new ArrayList<>(List.of(
                program(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        words.addAll(options);
        return words;
    }
}
