// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.VisionConfig;
import dev.rivulet.modelpackage.folder.VisionReadout;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** The rows that tell patches where they are. */
final class PatchPlaces {

    private final VisionConfig config;
    private final Parameters parameters;
    private final Arena memory;

    PatchPlaces(VisionConfig config, Parameters parameters, Arena memory) {
        this.config = config;
        this.parameters = parameters;
        this.memory = memory;
    }

    /** Writes them as an initialiser, float [positions, hiddenSize]. */
    String write(GraphWriter graph) throws ModelRejectedException {
        int hidden = config.hiddenSize();
        String tensor = config.prefix() + "embeddings.position_embedding.weight";
        FloatBuffer table = parameters.read(tensor, config.positions(), hidden);
        boolean plain = !(config.readout() instanceof VisionReadout.PixelShuffle);
        FloatBuffer rows = plain ? table : bucketed(table);
        return graph.external("places", rows, List.of((long) config.positions(), (long) hidden));
    }

    /**
     * Idefics3 finds the place of a patch by its share of the side. In 32-bit floats a share may fall just short of its own place, and
     * the reference then takes the one before: so does this.
     */
    private FloatBuffer bucketed(FloatBuffer table) {
        int[] places = buckets(config.side());
        int hidden = config.hiddenSize();
        FloatBuffer rows = memory.allocate(ValueLayout.JAVA_FLOAT, (long) config.positions() * hidden)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int row = 0; row < config.side(); row++) {
            for (int column = 0; column < config.side(); column++) {
                int from = places[row] * config.side() + places[column];
                rows.put((row * config.side() + column) * hidden, table, from * hidden, hidden);
            }
        }
        return rows;
    }

    static int[] buckets(int side) {
        double step = 1.0 / side;
        int boundaries = (int) Math.ceil((1 - step) / step);
        float share = 1f / side;
        int[] places = new int[side];
        for (int patch = 0; patch < side; patch++) {
            float at = Math.min(patch * share, (float) (1 - 1e-6));
            int place = 0;
            while (place < boundaries && (float) (step + place * step) <= at) {
                place++;
            }
            places[patch] = Math.min(place, side - 1);
        }
        return places;
    }
}
