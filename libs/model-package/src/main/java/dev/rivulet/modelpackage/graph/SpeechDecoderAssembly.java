// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.graph.SpeechGraphs.Part;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;

/** Assembles Whisper's decoder for one row: attention over the text in a cache in place, then over the sound. */
final class SpeechDecoderAssembly {

    private static final String DECODER = "model.decoder.";

    private final SpeechConfig config;
    private final SpeechBlocks blocks;
    private final GraphWriter graph;
    private final int headSize;

    SpeechDecoderAssembly(SpeechConfig config, Weights weights, Arena memory) {
        this.config = config;
        blocks = new SpeechBlocks(config, weights, memory);
        graph = blocks.graph;
        headSize = config.width() / config.decoder().heads();
    }

    SpeechBlocks blocks() {
        return blocks;
    }

    Part build() throws ModelRejectedException {
        graph.input(DecoderGraph.INPUT_IDS, Element.INT64, 1, "tokens");
        graph.input(SpeechGraphs.POSITIONS, Element.INT64, "tokens");
        graph.input(DecoderGraph.LAST_POSITION, Element.INT32, 1);
        graph.input(DecoderGraph.TOTAL_LENGTH, Element.INT32, 1);
        graph.input(DecoderGraph.LOGIT_ROWS, Element.INT64, "wanted");
        Matrix words = Matrix.whole(DECODER + "embed_tokens.weight", config.vocabularySize(), config.width());
        String stream = embedded(words);
        for (int layer = 0; layer < config.decoder().layers(); layer++) {
            stream = block(layer, stream);
        }
        String normed = blocks.normed(DECODER + "layer_norm", stream);
        graph.constant("wide", -1, config.width());
        graph.node(STANDARD, "Reshape", "rows", List.of(normed, "wide"));
        graph.node(STANDARD, "Gather", "wanted.rows", List.of("rows", DecoderGraph.LOGIT_ROWS));
        blocks.linear.productWithTable(DecoderGraph.LOGITS, "wanted.rows", words);
        graph.output(DecoderGraph.LOGITS, Element.FLOAT, "wanted", config.vocabularySize());
        return blocks.part();
    }

    private String embedded(Matrix words) throws ModelRejectedException {
        String tokens = blocks.linear.embedded("embedded.words", DecoderGraph.INPUT_IDS, words, "wanted.rows");
        if (config.embeddingScale() != 1) {
            String scale = graph.scalar("embedded.scale", (float) config.embeddingScale());
            tokens = graph.node(STANDARD, "Mul", "embedded.scaled", List.of(tokens, scale));
        }
        String table =
                blocks.parameters.tensor(DECODER + "embed_positions.weight", config.targetPositions(), config.width());
        String places = graph.node(STANDARD, "Gather", "embedded.positions", List.of(table, SpeechGraphs.POSITIONS));
        return blocks.added("embedded", tokens, places);
    }

    private String block(int layer, String stream) throws ModelRejectedException {
        String block = DECODER + "layers." + layer + ".";
        String read = blocks.normed(block + "self_attn_layer_norm", stream);
        String own = blocks.added(block + "own", stream, overText(layer, block + "self_attn.", read));
        String look = blocks.normed(block + "encoder_attn_layer_norm", own);
        String heard = blocks.added(block + "heard", own, overSound(layer, block + "encoder_attn.", look));
        return blocks.feedForward(block, heard, config.decoder().inner());
    }

    private String overText(int layer, String prefix, String read) throws ModelRejectedException {
        int heads = config.decoder().heads();
        for (Side side : Side.values()) {
            Object[] size = {1, heads, config.targetPositions(), headSize};
            graph.input(DecoderGraph.past(side, layer), Element.FLOAT, size);
            graph.output(DecoderGraph.present(side, layer), Element.FLOAT, size);
        }
        List<String> inputs = List.of(
                blocks.square(prefix + "q_proj", read, true),
                blocks.square(prefix + "k_proj", read, false),
                blocks.square(prefix + "v_proj", read, true),
                DecoderGraph.past(Side.KEYS, layer),
                DecoderGraph.past(Side.VALUES, layer),
                DecoderGraph.LAST_POSITION,
                DecoderGraph.TOTAL_LENGTH,
                "",
                "");
        String output = prefix + "attended";
        graph.node(
                MICROSOFT,
                "GroupQueryAttention",
                output,
                inputs,
                List.of(output, DecoderGraph.present(Side.KEYS, layer), DecoderGraph.present(Side.VALUES, layer)),
                attribute("num_heads", heads),
                attribute("kv_num_heads", heads),
                attribute("do_rotary", 0));
        return blocks.square(prefix + "out_proj", output, true);
    }

    private String overSound(int layer, String prefix, String read) throws ModelRejectedException {
        int heads = config.decoder().heads();
        Object[] size = {1, heads, config.sourcePositions(), headSize};
        graph.input(SpeechGraphs.keys(layer), Element.FLOAT, size);
        graph.input(SpeechGraphs.values(layer), Element.FLOAT, size);
        String query = blocks.square(prefix + "q_proj", read, true);
        String attended = graph.node(
                MICROSOFT,
                "MultiHeadAttention",
                prefix + "attended",
                List.of(query, SpeechGraphs.keys(layer), SpeechGraphs.values(layer)),
                attribute("num_heads", heads));
        return blocks.square(prefix + "out_proj", attended, true);
    }
}
