// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EncoderFacts;
import dev.rivulet.engine.EncoderFacts.Output;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.EncoderRunner;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.Picture;
import dev.rivulet.engine.PicturePlan;
import dev.rivulet.engine.TextEncoder;
import dev.rivulet.engine.Vision;
import dev.rivulet.image.RgbImage;
import dev.rivulet.modelpackage.folder.DualConfig;
import dev.rivulet.modelpackage.folder.DualFolder;
import dev.rivulet.modelpackage.graph.TextTowerGraph;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.PairTokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/** An encoder of texts and pictures into one space; closing it closes its parts. */
record OnnxDualModel(EncoderFacts facts, PairTokenizer ownTokenizer, EncoderRunner runner, Pictures seeing)
        implements EncoderModel {

    /** Its encoder of pictures: one row, of length 1, for each. */
    record Pictures(VisionRunner encoder, PictureTiles tiles, int width) implements Vision {

        private static final PicturePlan ONE = new PicturePlan(1, 1, "");

        @Override
        public String placeholder() {
            return "";
        }

        @Override
        public int token() {
            return -1;
        }

        @Override
        public PicturePlan plan(int wide, int high) {
            return ONE;
        }

        @Override
        public float[] encode(Picture picture) {
            RgbImage image = new RgbImage(picture.width(), picture.height(), picture.rgb());
            return Vectors.ofLengthOne(encoder.run(tiles.planes(image)));
        }
    }

    /**
     * Checks sizes, builds both graphs, opens their sessions and runs a text and a picture.
     *
     * @throws ModelRejectedException if weights and configuration disagree, memory does not suffice or outputs are not finite
     */
    static OnnxDualModel load(DualFolder folder, EncoderOptions options, OnnxSettings settings)
            throws IOException, ModelRejectedException {
        DualConfig config = folder.config();
        Weights pictures = folder.pictureWeights();
        Weights texts = folder.textWeights();
        long memory = VisionMemory.of(config.pictures(), pictures, 4).total()
                + MemoryPlan.packed(texts, dev.rivulet.engine.WeightKind.F32);
        if (memory > settings.memoryLimit() - options.taken()) {
            throw new ModelRejectedException("the encoders need " + MemoryPlan.mebibytes(memory) + ", "
                    + MemoryPlan.allowed(settings.memoryLimit(), options.taken()) + ": raise -D"
                    + OnnxSettings.MEMORY_LIMIT);
        }
        EncoderFacts facts = new EncoderFacts(
                config.architecture(),
                Output.EMBEDDING,
                texts.parameters() + pictures.parameters(),
                config.text().contextLength(),
                List.of(),
                false,
                config.text().width(),
                memory);
        PairTokenizer tokenizer = folder.tokenizer();
        try {
            EncoderRunner text = text(config.text(), texts, options, settings);
            try {
                VisionRunner seeing = OnnxVision.open(config.pictures(), pictures, options.threads(), settings);
                Pictures eyes = new Pictures(
                        seeing, new PictureTiles(config.recipe()), config.text().width());
                return new OnnxDualModel(facts, tokenizer, text, eyes).probed();
            } catch (ModelRejectedException | RuntimeException | Error e) {
                text.close();
                throw e;
            }
        } catch (ModelRejectedException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // The runner takes the memory over; every other way out closes it.
    private static EncoderRunner text(
            DualConfig.Text config, Weights weights, EncoderOptions options, OnnxSettings settings)
            throws ModelRejectedException {
        Arena memory = Arena.ofShared();
        try {
            TextTowerGraph graph = TextTowerGraph.of(config, weights, memory);
            DecoderSession session =
                    DecoderSession.open(graph.model(), graph.weights(), settings.threads(options.threads()));
            return new TextTowerRunner(
                    session, config, Math.max(options.batchTokens(), config.contextLength()), memory);
        } catch (ModelRejectedException | RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    private OnnxDualModel probed() throws ModelRejectedException {
        try {
            byte[] grey = new byte[3 * 8 * 8];
            float[] picture = seeing.encode(new Picture(8, 8, grey));
            float[] text =
                    runner.run(List.of(ownTokenizer.encode("a", null, false))).getFirst();
            for (int i = 0; i < text.length; i++) {
                if (!Float.isFinite(text[i]) || !Float.isFinite(picture[i])) {
                    throw new ModelRejectedException(
                            "the encoders give values that are no numbers: their weights are damaged");
                }
            }
            return this;
        } catch (RuntimeException e) {
            seeing.encoder().close();
            throw new ModelRejectedException("the encoders can't run: " + e.getMessage(), e);
        } catch (ModelRejectedException e) {
            seeing.encoder().close();
            throw e;
        }
    }

    @Override
    public TextEncoder tokenizer() {
        return ownTokenizer;
    }

    @Override
    public Optional<Vision> vision() {
        return Optional.of(seeing);
    }

    @Override
    public void close() {
        try (ownTokenizer;
                VisionRunner encoder = seeing.encoder()) {
            runner.close();
        }
    }
}
