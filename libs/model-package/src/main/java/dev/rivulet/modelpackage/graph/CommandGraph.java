// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;
import static dev.rivulet.modelpackage.graph.GraphWriter.attributes;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.CommandConfig;
import dev.rivulet.modelpackage.folder.CommandConfig.Block;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A recogniser of spoken commands as an ONNX graph without its weights (after TC-ResNet, Choi et al. 2019): convolutions over time,
 * residual blocks, mean and maximum over time, one linear layer.
 *
 * <table>
 * <caption>Input and output</caption>
 * <tr><td>{@value #INPUT}</td><td>float [1, mels, frames]</td><td>log-mel values</td></tr>
 * <tr><td>{@value #OUTPUT}</td><td>float [1, classes]</td><td>logits</td></tr>
 * </table>
 *
 * @param model the serialised {@code ModelProto}, direct
 * @param weights values of the external initialisers
 */
public record CommandGraph(ByteBuffer model, Map<String, Weight> weights) {

    public static final String INPUT = "log_mel";
    public static final String OUTPUT = "logits";

    public CommandGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * Builds the graph of a model.
     *
     * @param memory holds what is converted
     * @throws ModelRejectedException if a tensor is missing, left over or of another shape than the configuration asks for
     */
    public static CommandGraph of(CommandConfig config, Weights weights, Arena memory) throws ModelRejectedException {
        GraphWriter graph = new GraphWriter();
        Assembly assembly = new Assembly(config, graph, new Parameters(weights, memory, graph));
        return assembly.build();
    }

    private record Assembly(CommandConfig config, GraphWriter graph, Parameters parameters) {

        CommandGraph build() throws ModelRejectedException {
            int classes = config.commands().size() + 1;
            graph.input(INPUT, Element.FLOAT, 1, config.mels(), config.frames());
            String hidden = relu(convolution("stem", INPUT, config.mels(), config.stem(), config.kernel(), 2));
            int channels = config.stem();
            for (int i = 0; i < config.blocks().size(); i++) {
                hidden = block("blocks." + i, hidden, channels, config.blocks().get(i));
                channels = config.blocks().get(i).channels();
            }
            String pooled = graph.node(
                    STANDARD,
                    "Flatten",
                    "pooled",
                    List.of(graph.node(
                            STANDARD,
                            "Concat",
                            "pools",
                            List.of(
                                    graph.node(STANDARD, "GlobalAveragePool", "mean", List.of(hidden)),
                                    graph.node(STANDARD, "GlobalMaxPool", "largest", List.of(hidden))),
                            attribute("axis", 1L))),
                    attribute("axis", 1L));
            String weight = parameters.tensor("classifier.weight", classes, 2L * channels);
            String bias = parameters.tensor("classifier.bias", classes);
            graph.node(STANDARD, "Gemm", OUTPUT, List.of(pooled, weight, bias), attribute("transB", 1L));
            graph.output(OUTPUT, Element.FLOAT, 1, classes);
            parameters.refuseLeftOvers(CommandConfig.ARCHITECTURE, name -> false);
            return new CommandGraph(graph.model(), graph.weights());
        }

        private String block(String name, String input, int channels, Block block) throws ModelRejectedException {
            int wide = block.channels();
            String first = relu(convolution(name + ".first", input, channels, wide, config.kernel(), block.stride()));
            String second = convolution(name + ".second", first, wide, wide, config.kernel(), 1);
            String beside = block.stride() > 1 || channels != wide
                    ? convolution(name + ".shortcut", input, channels, wide, 1, block.stride())
                    : input;
            return relu(graph.node(STANDARD, "Add", name + ".sum", List.of(second, beside)));
        }

        private String convolution(String name, String input, int from, int to, int kernel, int stride)
                throws ModelRejectedException {
            String weight = parameters.tensor(name + ".weight", to, from, kernel);
            String bias = parameters.tensor(name + ".bias", to);
            return graph.node(
                    STANDARD,
                    "Conv",
                    name,
                    List.of(input, weight, bias),
                    attributes("kernel_shape", kernel),
                    attributes("strides", stride),
                    attributes("pads", kernel / 2, kernel / 2));
        }

        private String relu(String input) {
            return graph.node(STANDARD, "Relu", input + ".relu", List.of(input));
        }
    }
}
