// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.quantisation.LinearTensor;

/** How the matrices of a model reach its graph. Every product with a weight and every look-up goes through here. */
interface LinearLayers {

    /**
     * Multiplies {@link LinearTensor#input}, float {@code [.., inputs]}, by the matrix.
     *
     * @param name of the node and of its output, float {@code [.., outputs]}
     */
    String linear(GraphWriter graph, String name, LinearTensor matrix) throws ModelRejectedException;

    /**
     * Looks up rows of the matrix.
     *
     * @param name of the node and of its output, float {@code [.., inputs]}
     * @param tokens int64 {@code [..]}
     */
    String embed(GraphWriter graph, String name, String tokens, LinearTensor table) throws ModelRejectedException;
}
