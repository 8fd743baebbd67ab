// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Steps of the built-in assistant with rows of four adapters of rank 2: all rows in one run, and one run for each adapter's rows;
 * beside them steps without an adapted row and of a model without room.
 */
class AdapterRates {

    private static final int ADAPTERS = 4;
    private static final int ROUNDS = 9;
    private static final int STEPS = 100;
    private static final int POSITION = 128;
    private static final Path MODEL = Path.of("..", "..", "models", "artefacts", "rivulet-assistant");
    private static final Path ADAPTER =
            Path.of("..", "..", "inference-service", "src", "test", "resources", "adapters", "rivulet-assistant");

    @Tag("long")
    @Test
    void oneRunForAllRowsIsNotSlowerThanOneForEachAdapter() throws Exception {
        for (int rows : new int[] {4, 8, 16}) {
            try (OnnxDecoderRunner plain = open(rows, 0);
                    OnnxDecoderRunner mixed = open(rows, 2 * ADAPTERS);
                    OnnxDecoderRunner unused = open(rows, 2 * ADAPTERS);
                    OnnxDecoderRunner grouped = open(rows, 2)) {
                for (int i = 0; i < ADAPTERS; i++) {
                    int adapter = mixed.load(ADAPTER);
                    for (int row = i; row < rows; row += ADAPTERS) {
                        mixed.use(row, adapter);
                    }
                }
                int single = grouped.load(ADAPTER);
                for (int row = 0; row < rows; row++) {
                    grouped.use(row, single);
                }
                double[] times =
                        alternating(() -> step(plain, rows), () -> step(unused, rows), () -> step(mixed, rows), () -> {
                            for (int i = 0; i < ADAPTERS; i++) {
                                step(grouped, rows / ADAPTERS);
                            }
                        });
                System.out.printf(
                        "%d rows: no room %.0f, room %.0f, one run %.0f, a run for each of %d adapters %.0f microseconds%n",
                        rows, times[0], times[1], times[2], ADAPTERS, times[3]);
                assertThat(times[2]).isLessThan(1.2 * times[3]);
            }
        }
    }

    private static void step(OnnxDecoderRunner decoder, int rows) {
        int[] tokens = new int[rows];
        int[] positions = new int[rows];
        Arrays.fill(tokens, 5);
        Arrays.fill(positions, POSITION);
        decoder.decode(rows, tokens, positions);
    }

    /** Medians in microseconds. */
    private static double[] alternating(Runnable... steps) {
        double[][] times = new double[steps.length][ROUNDS];
        Consumer<Runnable> run = step -> {
            for (int i = 0; i < STEPS; i++) {
                step.run();
            }
        };
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < steps.length; i++) {
                long start = System.nanoTime();
                run.accept(steps[i]);
                times[i][round] = (System.nanoTime() - start) / 1e3 / STEPS;
            }
        }
        return Arrays.stream(times)
                .mapToDouble(one -> Arrays.stream(one).sorted().toArray()[ROUNDS / 2])
                .toArray();
    }

    private static OnnxDecoderRunner open(int slots, int rank) throws Exception {
        ModelFolder model = ModelFolder.open(MODEL);
        EngineOptions options = new EngineOptions(slots, 256, 1, 64).withAdapters(rank);
        return (OnnxDecoderRunner) LoadedDecoder.load(model.config(), model.weights(), options, OnnxSettings.ofSystem())
                .runner();
    }
}
