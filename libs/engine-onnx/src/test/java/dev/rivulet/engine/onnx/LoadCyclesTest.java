// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a model took is given back. A process of its own, its heap of one size and touched from the start, and an allocator that
 * keeps nothing, so that what grows is what the engine did not free: ten loads took 6 MiB, 25 took 16, fifty took 24 (measured
 * 2026-11-27). With the allocator as it comes, ten loads took 130 to 215 MiB that belonged to nobody.
 */
class LoadCyclesTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MODEL = Path.of("..", "..", "models", "artefacts", "rivulet-assistant");
    private static final Path ADAPTER =
            Path.of("..", "..", "inference-service", "src", "test", "resources", "adapters", "rivulet-assistant");

    /** Keys and values of a load take 72 MiB. */
    private static final EngineOptions OPTIONS = new EngineOptions(24, 1024, 1, 64).withAdapters(4);

    /** A leak of 4 MiB a load shows in ten, one of 800 KiB in fifty. */
    private static final long GROWTH = 40L << 20;

    /** One arena, and what is freed goes back to the system at once (glibc, mallopt(3)). */
    private static final Map<String, String> GIVING_BACK =
            Map.of("MALLOC_ARENA_MAX", "1", "MALLOC_MMAP_THRESHOLD_", "65536", "MALLOC_TRIM_THRESHOLD_", "65536");

    private static final int MINUTES = 5;

    @TempDir
    Path folder;

    @Test
    void aFewLoadsTakeNoMoreMemoryThanOne() throws Exception {
        assertThat(growth(10)).isLessThan(GROWTH);
    }

    @Tag("long")
    @Test
    void fiftyLoadsTakeNoMoreMemoryThanOne() throws Exception {
        assertThat(growth(50)).isLessThan(GROWTH);
    }

    private long growth(int cycles) throws Exception {
        assumeTrue(Files.exists(STATUS), "the system says what memory a process has");
        Path output = folder.resolve("growth");
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        Integer.toString(cycles))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(output.toFile());
        program.environment().putAll(GIVING_BACK);
        Process process = program.start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isZero();
        return Long.parseLong(Files.readString(output).strip());
    }

    /** Loads and unloads as often as its argument says, and prints by how many bytes the process grew. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) throws Exception {
            cycles(3);
            long before = resident();
            cycles(Integer.parseInt(arguments[0]));
            System.out.println(resident() - before);
        }

        private static void cycles(int count) throws Exception {
            OnnxEngine engine = new OnnxEngine(OnnxSettings.ofSystem(), Clock.systemUTC());
            for (int i = 0; i < count; i++) {
                try (LanguageModel model = engine.load(MODEL, OPTIONS)) {
                    int adapter = model.adapters().orElseThrow().load(ADAPTER);
                    for (int slot = 0; slot < OPTIONS.slots(); slot++) {
                        model.decoder().use(slot, adapter);
                        model.decoder().prefill(slot, 960, new int[64]);
                    }
                    model.adapters().orElseThrow().unload(adapter);
                }
            }
        }

        /** The mapped weights are the page cache's, not the process's: anonymous memory alone. */
        private static long resident() throws Exception {
            String line = Files.readAllLines(STATUS).stream()
                    .filter(one -> one.startsWith("RssAnon:"))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
    }
}
