package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The Llama family: pre-norm blocks of grouped-query attention with rotary positions and a SwiGLU feed-forward layer, RMSNorm
 * throughout. Linear layers use the weights as they lie in the file, {@code [outputs, inputs]}, so that nothing is copied.
 *
 * @see <a href="https://arxiv.org/abs/2302.13971">Touvron et al., 2023</a>
 */
final class LlamaGraph {

    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final int HEAD_MULTIPLE = 8;
    private static final String HEAD = "lm_head.weight";

    private final DecoderConfig config;
    private final Weights weights;
    private final Shape shape;
    private final Arena memory;
    private final LinearLayers layers;
    private final GraphWriter graph = new GraphWriter();
    private final Set<String> used = new HashSet<>();

    LlamaGraph(DecoderConfig config, Weights weights, int contextLength, Arena memory, LinearLayers layers) {
        this.config = config;
        this.weights = weights;
        this.shape = Shape.of(config, contextLength);
        this.memory = memory;
        this.layers = layers;
    }

    DecoderGraph build() throws ModelRejectedException {
        checkHead();
        inputs();
        LinearTensor table = matrix(EMBEDDING, "wanted", config.vocabularySize(), config.hiddenSize());
        String residual = layers.embed(graph, "embedded", DecoderGraph.INPUT_IDS, table);
        String normed = firstNorm(residual);
        for (int layer = 0; layer < config.layers(); layer++) {
            String block = "model.layers." + layer + ".";
            String attended = attention(layer, block, normed);
            String between = block + "residual";
            normed = addAndNorm(residual, attended, block + "post_attention_layernorm", between);
            String fed = feedForward(block, normed);
            residual = "model.layers." + (layer + 1) + ".input";
            normed = addAndNorm(between, fed, normAfter(layer), residual);
        }
        head(normed);
        refuseLeftOvers();
        return new DecoderGraph(graph.model(), graph.weights(), shape);
    }

    private void checkHead() throws ModelRejectedException {
        if (config.headSize() % HEAD_MULTIPLE != 0) {
            throw new ModelRejectedException("config.json: head_dim is " + config.headSize()
                    + "; the attention operator of ONNX Runtime takes multiples of " + HEAD_MULTIPLE);
        }
    }

    private void inputs() {
        graph.input(DecoderGraph.INPUT_IDS, Element.INT64, "rows", "tokens");
        graph.input(DecoderGraph.LAST_POSITION, Element.INT32, "rows");
        graph.input(DecoderGraph.TOTAL_LENGTH, Element.INT32, 1);
        graph.input(DecoderGraph.LOGIT_ROWS, Element.INT64, "wanted");
        RotaryTable rotary = new RotaryTable(shape.contextLength(), config.headSize(), config.ropeTheta(), memory);
        List<Long> size = List.of((long) shape.contextLength(), config.headSize() / 2L);
        graph.external("rotary.cos", rotary.cosines(), size);
        graph.external("rotary.sin", rotary.sines(), size);
    }

    private String firstNorm(String residual) throws ModelRejectedException {
        String name = "model.layers.0.input_layernorm";
        return graph.node(
                STANDARD,
                "SimplifiedLayerNormalization",
                name,
                List.of(residual, weight(name + ".weight", config.hiddenSize())),
                attribute("axis", -1),
                epsilon(),
                attribute("stash_type", 1));
    }

    private String normAfter(int layer) {
        return layer + 1 < config.layers() ? "model.layers." + (layer + 1) + ".input_layernorm" : "model.norm";
    }

    private String addAndNorm(String residual, String change, String name, String sum) throws ModelRejectedException {
        graph.node(
                MICROSOFT,
                "SkipSimplifiedLayerNormalization",
                name,
                List.of(residual, change, weight(name + ".weight", config.hiddenSize())),
                List.of(name, "", "", sum),
                epsilon());
        return name;
    }

    private String attention(int layer, String block, String normed) throws ModelRejectedException {
        int queries = config.heads() * config.headSize();
        int keys = config.keyValueHeads() * config.headSize();
        String prefix = block + "self_attn.";
        for (Side side : Side.values()) {
            Object[] size = {"rows", config.keyValueHeads(), shape.contextLength(), config.headSize()};
            graph.input(DecoderGraph.past(side, layer), Element.FLOAT, size);
            graph.output(DecoderGraph.present(side, layer), Element.FLOAT, size);
        }
        graph.node(
                MICROSOFT,
                "GroupQueryAttention",
                prefix + "attention",
                List.of(
                        linear(prefix + "q_proj", normed, queries, config.hiddenSize()),
                        linear(prefix + "k_proj", normed, keys, config.hiddenSize()),
                        linear(prefix + "v_proj", normed, keys, config.hiddenSize()),
                        DecoderGraph.past(Side.KEYS, layer),
                        DecoderGraph.past(Side.VALUES, layer),
                        DecoderGraph.LAST_POSITION,
                        DecoderGraph.TOTAL_LENGTH,
                        "rotary.cos",
                        "rotary.sin"),
                List.of(
                        prefix + "attention",
                        DecoderGraph.present(Side.KEYS, layer),
                        DecoderGraph.present(Side.VALUES, layer)),
                attribute("num_heads", config.heads()),
                attribute("kv_num_heads", config.keyValueHeads()),
                attribute("do_rotary", 1));
        return linear(prefix + "o_proj", prefix + "attention", config.hiddenSize(), queries);
    }

    private String feedForward(String block, String normed) throws ModelRejectedException {
        String prefix = block + "mlp.";
        String gate = linear(prefix + "gate_proj", normed, config.intermediateSize(), config.hiddenSize());
        String up = linear(prefix + "up_proj", normed, config.intermediateSize(), config.hiddenSize());
        // QuickGelu with alpha 1 is x · sigmoid(x), the SiLU.
        String silu = graph.node(MICROSOFT, "QuickGelu", prefix + "silu", List.of(gate), attribute("alpha", 1f));
        String gated = graph.node(STANDARD, "Mul", prefix + "gated", List.of(silu, up));
        return linear(prefix + "down_proj", gated, config.hiddenSize(), config.intermediateSize());
    }

    /** Logits of the wanted tokens alone: a prefill pays for one row of the vocabulary, not for one per token. */
    private void head(String normed) throws ModelRejectedException {
        String shapeOfRows = graph.constant("rows_of_hidden", -1, config.hiddenSize());
        String rows = graph.node(STANDARD, "Reshape", "hidden", List.of(normed, shapeOfRows));
        String wanted =
                graph.node(STANDARD, "Gather", "wanted", List.of(rows, DecoderGraph.LOGIT_ROWS), attribute("axis", 0));
        String tensor = config.tiedEmbeddings() ? EMBEDDING : HEAD;
        layers.linear(graph, DecoderGraph.LOGITS, matrix(tensor, wanted, config.vocabularySize(), config.hiddenSize()));
        graph.output(DecoderGraph.LOGITS, Element.FLOAT, "wanted", config.vocabularySize());
    }

    private String linear(String name, String input, int outputs, int inputs) throws ModelRejectedException {
        return layers.linear(graph, name, matrix(name + ".weight", input, outputs, inputs));
    }

    private LinearTensor matrix(String name, String input, int outputs, int inputs) throws ModelRejectedException {
        check(name, List.of((long) outputs, (long) inputs));
        return new LinearTensor(name, input, outputs, inputs, name.equals(EMBEDDING));
    }

    private String weight(String name, long... dimensions) throws ModelRejectedException {
        List<Long> wanted = Arrays.stream(dimensions).boxed().toList();
        check(name, wanted);
        return graph.external(name, weights.floats(name, memory), wanted);
    }

    private void check(String name, List<Long> wanted) throws ModelRejectedException {
        List<Long> found = weights.info(name).shape();
        if (!found.equals(wanted)) {
            throw new ModelRejectedException("tensor '" + name + "' has the shape " + found
                    + " in the weights; by config.json it must be " + wanted);
        }
        used.add(name);
    }

    /** A tensor that no node reads means a model of another family than its configuration claims. */
    private void refuseLeftOvers() throws ModelRejectedException {
        for (String name : weights.names()) {
            boolean copyOfEmbedding = config.tiedEmbeddings() && name.equals(HEAD);
            if (!used.contains(name) && !copyOfEmbedding && !name.endsWith(".rotary_emb.inv_freq")) {
                String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
                throw new ModelRejectedException("the weights hold '" + shown.replaceAll("\\p{C}", "?")
                        + "', which " + config.architecture()
                        + " has no use for; config.json must describe the model that the weights belong to");
            }
        }
    }

    private AttributeProto epsilon() {
        return attribute("epsilon", (float) config.normEpsilon());
    }
}
