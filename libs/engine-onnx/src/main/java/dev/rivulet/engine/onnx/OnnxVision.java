// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.Picture;
import dev.rivulet.engine.PicturePlan;
import dev.rivulet.engine.Vision;
import dev.rivulet.image.RgbImage;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.folder.VisionConfig;
import dev.rivulet.modelpackage.folder.VisionDesign;
import dev.rivulet.modelpackage.graph.VisionGraph;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;

/** What a decoder sees with: the recipe that makes pictures ready, and the encoder with its projection into the decoder. */
record OnnxVision(VisionDesign design, VisionRunner runner, PictureTiles tiles, long memoryBytes, long parameters)
        implements Vision, AutoCloseable {

    /** Pictures of one run: more take more memory and, on few cores, no less time. */
    private static final int BATCH = 4;

    /**
     * Checks sizes, builds the graph, opens the session and runs a grey picture.
     *
     * @throws ModelRejectedException if weights, tokenizer and configuration disagree, memory does not suffice or outputs are not
     *     finite
     */
    static OnnxVision load(ModelFolder folder, ModelTokenizer tokenizer, EngineOptions options, OnnxSettings settings)
            throws IOException, ModelRejectedException {
        VisionDesign design = folder.vision().orElseThrow();
        int named = tokenizer.id(design.placeholder()).orElse(-1);
        if (named != design.token()) {
            throw new ModelRejectedException("tokenizer.json: " + design.placeholder() + " has the id " + named
                    + ", but config.json says " + design.token());
        }
        Weights weights = folder.visionWeights();
        VisionMemory plan = VisionMemory.of(design.encoder(), weights, BATCH);
        plan.check(settings.memoryLimit(), options);
        VisionRunner runner = open(design.encoder(), weights, options.threads(), settings);
        OnnxVision vision =
                new OnnxVision(design, runner, new PictureTiles(design.recipe()), plan.total(), weights.parameters());
        return vision.probed();
    }

    @SuppressWarnings("MustBeClosedChecker") // The runner takes the memory over; every other way out closes it.
    static VisionRunner open(VisionConfig config, Weights weights, int threads, OnnxSettings settings)
            throws ModelRejectedException {
        Arena memory = Arena.ofShared();
        try {
            VisionGraph graph = VisionGraph.of(config, weights, memory);
            DecoderSession session = DecoderSession.open(graph.model(), graph.weights(), settings.threads(threads));
            return new VisionRunner(session, config, BATCH, memory);
        } catch (ModelRejectedException | RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    private OnnxVision probed() throws ModelRejectedException {
        try {
            int side = design.encoder().imageSize();
            byte[] grey = new byte[3 * side * side];
            java.util.Arrays.fill(grey, (byte) 100);
            for (float value : encode(new Picture(side, side, grey))) {
                if (!Float.isFinite(value)) {
                    throw new ModelRejectedException("the encoder of pictures gives the value " + value
                            + ": its weights are damaged or not those of this configuration");
                }
            }
            return this;
        } catch (ModelRejectedException | Error e) {
            runner.close();
            throw e;
        } catch (RuntimeException e) {
            runner.close();
            throw new ModelRejectedException("the encoder of pictures can't run: " + e.getMessage(), e);
        }
    }

    @Override
    public int width() {
        return design.encoder().width();
    }

    @Override
    public String placeholder() {
        return design.placeholder();
    }

    @Override
    public int token() {
        return design.token();
    }

    @Override
    public PicturePlan plan(int width, int height) {
        PictureTiles.Grid grid = tiles.grid(width, height);
        int rows = design.encoder().rows();
        return new PicturePlan(grid.parts() * rows, grid.parts(), new PictureText(design, rows).of(grid));
    }

    @Override
    public float[] encode(Picture picture) {
        return runner.run(tiles.planes(new RgbImage(picture.width(), picture.height(), picture.rgb())));
    }

    @Override
    public void close() {
        runner.close();
    }
}
