// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.quantisation.BlockInt4Form;
import dev.rivulet.modelpackage.quantisation.ChannelInt8Form;
import dev.rivulet.modelpackage.quantisation.QuantisedModels;
import dev.rivulet.modelpackage.quantisation.QuantisedModels.Source;
import dev.rivulet.modelpackage.quantisation.Quantiser;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The graph of a model with the weights that are wanted. A kept form is used before one is made; of 4-bit forms the calibrated one,
 * which only an import makes, before that rounded to nearest.
 */
record WeightForms(DecoderConfig config, Weights weights, OnnxSettings settings) {

    DecoderGraph graph(EngineOptions options, Shape shape, Arena memory) throws IOException, ModelRejectedException {
        WeightKind kind = options.weights();
        boolean adapted = options.adapterRank() > 0;
        if (kind == WeightKind.F32) {
            return adapted
                    ? DecoderGraph.adapted(config, weights, kind, weights, Saturation.range(), shape, memory)
                    : DecoderGraph.of(config, weights, shape, memory);
        }
        Weights quantised = quantised(kind, options.quantised());
        if (adapted) {
            return DecoderGraph.adapted(config, weights, kind, quantised, Saturation.range(), shape, memory);
        }
        return DecoderGraph.quantised(config, weights, kind, quantised, Saturation.range(), shape, memory);
    }

    private Weights quantised(WeightKind kind, @Nullable Path folder) throws IOException, ModelRejectedException {
        Quantiser nearest = nearest(kind);
        Source source = source();
        if (folder == null) {
            return QuantisedModels.once(nearest, source);
        }
        QuantisedModels kept = kept(folder);
        if (kind == WeightKind.INT4) {
            Optional<Weights> calibrated = kept.find(BlockInt4Form.CALIBRATED, nearest, source);
            if (calibrated.isPresent()) {
                return calibrated.get();
            }
        }
        return kept.get(nearest, source);
    }

    Source source() throws ModelRejectedException {
        return Source.of(weights, DecoderGraph.matrices(config, weights));
    }

    QuantisedModels kept(Path folder) {
        return new QuantisedModels(folder, settings.quantisedLimit(), Clock.systemUTC());
    }

    static Quantiser nearest(WeightKind kind) {
        return switch (kind) {
            case W8R -> new ChannelInt8Form();
            case INT4 -> BlockInt4Form.nearest();
            case F32 -> throw new IllegalArgumentException("f32 is the original");
        };
    }
}
