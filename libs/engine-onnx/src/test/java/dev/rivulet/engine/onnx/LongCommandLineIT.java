// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with a command line of 100 KB opens a model from a thread of ordinary size. */
class LongCommandLineIT {

    private static final int PADDING = 100_000;

    @TempDir
    Path folder;

    /** What the process runs. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) throws Exception {
            try (LanguageModel model = new OnnxEngine().load(Path.of(arguments[0]), new EngineOptions(1, 64, 1, 16))) {
                System.out.println("loaded " + model.facts().architecture());
            }
        }
    }

    @Test
    void opensAModel() throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dpadding=" + "x".repeat(PADDING),
                        "-XX:ErrorFile=" + folder.resolve("crash"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        Path.of("..", "..", "models", "artefacts", "rivulet-assistant")
                                .toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output)).contains("loaded LlamaForCausalLM");
        assertThat(process.exitValue()).isZero();
    }
}
