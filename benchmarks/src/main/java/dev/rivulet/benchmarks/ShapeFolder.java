// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model of a common shape with random weights, to be served. */
@Command(
        name = "shape-folder",
        mixinStandardHelpOptions = true,
        description = "Writes a model folder of a common shape with random weights.")
public final class ShapeFolder implements Callable<Integer> {

    @Option(names = "--shape", required = true, description = "smollm2-135m, qwen2-5-0-5b or tiny.")
    private String shape = "";

    @Option(names = "--json", description = "Nothing is told either way.")
    private boolean json;

    @Parameters(paramLabel = "FOLDER", description = "Where to.")
    private Path folder = Path.of("");

    public static void main(String[] arguments) {
        System.exit(Launch.run(new ShapeFolder(), arguments));
    }

    @Override
    public Integer call() throws IOException {
        RandomModel.write(Shape.named(shape), folder);
        return 0;
    }
}
