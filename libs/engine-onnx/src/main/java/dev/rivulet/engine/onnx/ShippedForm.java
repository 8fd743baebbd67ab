// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.modelpackage.quantisation.BlockInt4Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A quantised form that came with a model, in its folder {@value #FOLDER}: one that an import fitted and measured. It serves this
 * model alone, so that no model can give another its weights; like every kept form it is used only if its bytes match its name and
 * it was made from these very weights.
 */
final class ShippedForm {
    private static final String FOLDER = "quantised";

    private ShippedForm() {}

    /** The options, with the model's own folder of forms where it holds one of the kind that is wanted. */
    static EngineOptions preferred(Path model, EngineOptions options) throws IOException {
        Path folder = model.resolve(FOLDER);
        if (options.weights() == WeightKind.F32 || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return options;
        }
        String nearest = "." + WeightForms.nearest(options.weights()).label() + ".";
        String calibrated = "." + BlockInt4Form.CALIBRATED + ".";
        try (Stream<Path> files = Files.list(folder)) {
            boolean there = files.map(file -> String.valueOf(file.getFileName()))
                    .anyMatch(name -> name.contains(nearest)
                            || options.weights() == WeightKind.INT4 && name.contains(calibrated));
            return there ? options.withWeights(options.weights(), folder) : options;
        }
    }
}
