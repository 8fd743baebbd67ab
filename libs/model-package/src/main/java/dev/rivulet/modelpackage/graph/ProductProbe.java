// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;

import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A product of the largest unsigned and signed bytes, uint8 [1, {@value #SIZE}] times int8 [{@value #SIZE}, {@value #SIZE}], whose
 * sums tell a processor that saturates from one that does not.
 */
public final class ProductProbe {

    /** Name of the input, a row of 255s. */
    public static final String INPUT = "row";

    /** Inputs and outputs. */
    public static final int SIZE = 64;

    /** Every output, if sums are exact. */
    public static final int SUM = SIZE * 255 * Byte.MAX_VALUE;

    private ProductProbe() {}

    /** The serialised model, direct. */
    public static ByteBuffer model() {
        byte[] largest = new byte[SIZE * SIZE];
        Arrays.fill(largest, Byte.MAX_VALUE);
        GraphWriter graph = new GraphWriter();
        graph.input(INPUT, Element.UINT8, 1, SIZE);
        graph.bytes("matrix", largest, SIZE, SIZE);
        graph.node(STANDARD, "MatMulInteger", "sums", List.of(INPUT, "matrix"));
        graph.output("sums", Element.INT32, 1, SIZE);
        return graph.model();
    }
}
