// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.folder.DecoderDesign;
import dev.rivulet.modelpackage.folder.DecoderDesign.LayerAttention;
import dev.rivulet.modelpackage.folder.DecoderDesign.QueryKeyNorm;
import dev.rivulet.modelpackage.folder.Rope;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes grouped-query attention over the cache in place, with what families put round it.
 *
 * @see <a href="https://arxiv.org/abs/2305.13245">Ainslie et al., 2023</a>
 */
final class AttentionLayers {

    private static final String ABSENT = "";
    private static final String ONE_SCALE = "PER_TENSOR";
    private static final int HEAD_MULTIPLE = 8;
    private static final int ROTARY_MULTIPLE = 16;

    private final GraphWriter graph;
    private final Projections linear;
    private final NormLayers norms;
    private final DecoderConfig config;
    private final DecoderDesign design;
    private final Shape shape;
    private final List<Rope> ropes;
    private final int queries;
    private final int keys;

    AttentionLayers(GraphWriter graph, Projections linear, NormLayers norms, DecoderConfig config, Shape shape) {

        this.graph = graph;
        this.linear = linear;
        this.norms = norms;
        this.config = config;
        this.shape = shape;
        design = config.design();
        ropes = design.ropes();
        queries = config.heads() * config.headSize();
        keys = config.keyValueHeads() * config.headSize();
    }

    /** Refuses heads that the attention operator can't do. */
    void check() throws ModelRejectedException {
        int multiple = ropes.isEmpty() ? HEAD_MULTIPLE : ROTARY_MULTIPLE;
        if (config.headSize() % multiple != 0) {
            throw new ModelRejectedException("config.json: head_dim is " + config.headSize()
                    + "; the attention operator of ONNX Runtime takes multiples of " + multiple);
        }
        for (Rope rope : ropes) {
            if (rope.dimensions() % ROTARY_MULTIPLE != 0) {
                throw new ModelRejectedException("config.json: partial_rotary_factor turns " + rope.dimensions()
                        + " values of a head; the attention operator of ONNX Runtime takes multiples of "
                        + ROTARY_MULTIPLE);
            }
        }
    }

    /** Cosines and sines, one pair for each rotary embedding that differs. */
    void rotaryTables(Arena memory) {
        for (int i = 0; i < ropes.size(); i++) {
            RotaryTable table = new RotaryTable(shape.contextLength(), ropes.get(i), memory);
            List<Long> size = List.of((long) shape.contextLength(), ropes.get(i).dimensions() / 2L);
            graph.external("rotary.cos." + i, table.cosines(), size);
            graph.external("rotary.sin." + i, table.sines(), size);
        }
    }

    /** The attention of a block, its output layer included. */
    String write(int layer, String block, String input) throws ModelRejectedException {
        String prefix = block + "self_attn.";
        cache(layer);
        LayerAttention attention = design.layers().get(layer);
        List<String> inputs = new ArrayList<>(projections(prefix, input));
        inputs.add(DecoderGraph.past(Side.KEYS, layer));
        inputs.add(DecoderGraph.past(Side.VALUES, layer));
        inputs.add(DecoderGraph.LAST_POSITION);
        inputs.add(DecoderGraph.TOTAL_LENGTH);
        inputs.add(attention
                .rope()
                .map(rope -> "rotary.cos." + ropes.indexOf(rope))
                .orElse(ABSENT));
        inputs.add(attention
                .rope()
                .map(rope -> "rotary.sin." + ropes.indexOf(rope))
                .orElse(ABSENT));
        shape.scales().ifPresent(scales -> inputs.addAll(scales(prefix, scales, layer)));
        String output = prefix + "attention";
        graph.node(
                MICROSOFT,
                "GroupQueryAttention",
                output,
                inputs,
                List.of(output, DecoderGraph.present(Side.KEYS, layer), DecoderGraph.present(Side.VALUES, layer)),
                attributes(attention));
        return linear.layer(
                prefix + "o_proj",
                output,
                config.hiddenSize(),
                queries,
                design.biases().attentionOutput());
    }

    /** What follows the rotary tables: positions, bias and sinks, which no family has, and the scales of the cache. */
    private List<String> scales(String prefix, CacheScales scales, int layer) {
        String keys = graph.single(prefix + "keys.scale", scales.of(Side.KEYS, layer));
        String values = graph.single(prefix + "values.scale", scales.of(Side.VALUES, layer));
        return List.of(ABSENT, ABSENT, ABSENT, keys, values);
    }

    private void cache(int layer) {
        Element element = shape.scales().isPresent() ? Element.INT8 : Element.FLOAT;
        for (Side side : Side.values()) {
            Object[] size = {"rows", config.keyValueHeads(), shape.contextLength(), config.headSize()};
            graph.input(DecoderGraph.past(side, layer), element, size);
            graph.output(DecoderGraph.present(side, layer), element, size);
        }
    }

    private AttributeProto[] attributes(LayerAttention attention) {
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(attribute("num_heads", config.heads()));
        attributes.add(attribute("kv_num_heads", config.keyValueHeads()));
        attributes.add(attribute("do_rotary", attention.rope().isPresent() ? 1 : 0));
        attributes.add(attribute("scale", (float) design.scales().attention()));
        if (design.scales().attentionCap() > 0) {
            attributes.add(attribute("softcap", (float) design.scales().attentionCap()));
        }
        int window = attention.window().orElse(shape.contextLength());
        if (window < shape.contextLength()) {
            attributes.add(attribute("local_window_size", window));
        }
        if (shape.scales().isPresent()) {
            attributes.add(attribute("k_quant_type", ONE_SCALE));
            attributes.add(attribute("v_quant_type", ONE_SCALE));
            attributes.add(attribute("kv_cache_bit_width", Byte.SIZE));
        }
        return attributes.toArray(AttributeProto[]::new);
    }

    /** Queries, keys and values, {@code [B, S, heads * headSize]}. */
    private List<String> projections(String prefix, String input) throws ModelRejectedException {
        String query = projection(prefix, "q_proj", input, 0, queries);
        String key = projection(prefix, "k_proj", input, queries, keys);
        String value = projection(prefix, "v_proj", input, queries + keys, keys);
        return List.of(
                normed(prefix + "q_norm", query, config.heads()),
                normed(prefix + "k_norm", key, config.keyValueHeads()),
                value);
    }

    /** @param firstRow where the projection lies, if all three share a matrix */
    private String projection(String prefix, String name, String input, int firstRow, int outputs)
            throws ModelRejectedException {
        if (!design.fusedProjections()) {
            boolean biased = design.biases().queryKeyValue();
            return linear.layer(prefix + name, input, outputs, config.hiddenSize(), biased);
        }
        int all = queries + 2 * keys;
        Matrix rows = new Matrix(prefix + "qkv_proj.weight", firstRow, outputs, all, config.hiddenSize());
        return linear.product(prefix + name, input, rows);
    }

    private String normed(String name, String input, int heads) throws ModelRejectedException {
        return switch (design.queryKeyNorm()) {
            case QueryKeyNorm.NONE -> input;
            case QueryKeyNorm.WHOLE_PROJECTION -> norms.normed(name, input, heads * config.headSize());
            case QueryKeyNorm.EACH_HEAD -> {
                // In a shape, 0 keeps the size of the input.
                String split = graph.constant(name + ".split", 0, 0, heads, config.headSize());
                String joined = graph.constant(name + ".joined", 0, 0, (long) heads * config.headSize());
                String single = graph.node(STANDARD, "Reshape", name + ".heads", List.of(input, split));
                String normed = norms.normed(name, single, config.headSize());
                yield graph.node(STANDARD, "Reshape", name + ".output", List.of(normed, joined));
            }
        };
    }
}
