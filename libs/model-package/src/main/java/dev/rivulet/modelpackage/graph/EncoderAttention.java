// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderConfig;
import dev.rivulet.modelpackage.folder.EncoderDesign;
import dev.rivulet.modelpackage.folder.EncoderDesign.Layer;
import dev.rivulet.modelpackage.folder.Rope;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Writes attention in both directions: padding is masked by each row's length, a reach by a bias that all rows share. */
final class EncoderAttention {

    /** Added to the score of what is not seen; far beyond any score, so that its share of the softmax is 0. */
    private static final float UNSEEN = -1e4f;

    private final GraphWriter graph;
    private final Projections linear;
    private final EncoderConfig config;
    private final EncoderDesign design;
    private final int contextLength;
    private final Arena memory;
    private final List<Rope> ropes;

    EncoderAttention(GraphWriter graph, Projections linear, EncoderConfig config, int contextLength, Arena memory) {
        this.graph = graph;
        this.linear = linear;
        this.config = config;
        this.contextLength = contextLength;
        this.memory = memory;
        design = config.design();
        ropes = design.layers().stream()
                .flatMap(layer -> layer.rope().stream())
                .distinct()
                .toList();
    }

    /** What all layers use: rotary tables, and the bias of each reach. @param places int64 [S] */
    void shared(String places) {
        for (int i = 0; i < ropes.size(); i++) {
            RotaryTable table = new RotaryTable(contextLength, ropes.get(i), memory);
            List<Long> size = List.of((long) contextLength, ropes.get(i).dimensions() / 2L);
            graph.external("rotary.cos." + i, table.cosines(), size);
            graph.external("rotary.sin." + i, table.sines(), size);
        }
        if (!ropes.isEmpty()) {
            graph.constant("rotary.first", 0);
        }
        int[] reaches = design.layers().stream()
                .flatMapToInt(layer -> layer.reach().stream())
                .distinct()
                .toArray();
        if (reaches.length > 0) {
            String column = graph.node(
                    STANDARD, "Unsqueeze", "places.column", List.of(places, graph.constant("places.axis", 1)));
            String between = graph.node(STANDARD, "Sub", "places.between", List.of(column, places));
            String apart = graph.node(STANDARD, "Abs", "places.apart", List.of(between));
            graph.scalar("seen", 0f);
            graph.scalar("unseen", UNSEEN);
            for (int reach : reaches) {
                bias(reach, apart);
            }
        }
    }

    private void bias(int reach, String apart) {
        String name = "reach." + reach;
        String near =
                graph.node(STANDARD, "LessOrEqual", name + ".near", List.of(apart, graph.whole(name + ".most", reach)));
        String square = graph.node(STANDARD, "Where", name + ".square", List.of(near, "seen", "unseen"));
        graph.node(STANDARD, "Unsqueeze", name, List.of(square, graph.constant(name + ".axes", 0, 1)));
    }

    /** The attention of a block, its output layer included. */
    String write(int layer, String block, String input) throws ModelRejectedException {
        Layer attention = design.layers().get(layer);
        List<String> projected = projections(block, input);
        if (attention.rope().isPresent()) {
            int table = ropes.indexOf(attention.rope().get());
            projected = List.of(turned(projected.get(0), table), turned(projected.get(1), table), projected.get(2));
        }
        List<String> inputs = new ArrayList<>(projected);
        inputs.add("");
        inputs.add(EncoderGraph.LENGTHS);
        attention.reach().ifPresent(reach -> inputs.add("reach." + reach));
        AttributeProto[] attributes = {
            attribute("num_heads", config.heads()),
            attribute("mask_filter_value", UNSEEN),
            attribute("scale", (float) (1 / Math.sqrt(config.headSize())))
        };
        String attended = graph.node(MICROSOFT, "MultiHeadAttention", block + "attended", inputs, attributes);
        int hidden = config.hiddenSize();
        return linear.layer(
                block + design.tensors().parts().attentionOutput(), attended, hidden, hidden, design.biased());
    }

    private List<String> projections(String block, String input) throws ModelRejectedException {
        List<String> names = design.tensors().parts().queryKeyValue();
        int hidden = config.hiddenSize();
        List<String> outputs = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            if (names.size() == 1) {
                String fused = block + names.getFirst();
                Matrix rows = new Matrix(fused + ".weight", part * hidden, hidden, 3 * hidden, hidden);
                outputs.add(linear.product(fused + "." + part, input, rows));
            } else {
                outputs.add(linear.layer(block + names.get(part), input, hidden, hidden, design.biased()));
            }
        }
        return outputs;
    }

    private String turned(String input, int table) {
        return graph.node(
                MICROSOFT,
                "RotaryEmbedding",
                input + ".turned",
                List.of(input, "rotary.first", "rotary.cos." + table, "rotary.sin." + table));
    }
}
