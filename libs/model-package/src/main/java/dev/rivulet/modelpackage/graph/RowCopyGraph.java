// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;

/**
 * Copies keys and values of one row to another where they are, for a cache that Java can't reach: input {@code from.I} and output
 * {@code to.I}, both {@code [n]} and as long as is to be copied, for each layer, side and head in this order.
 */
public final class RowCopyGraph {

    private static final int IR_VERSION = 10;
    private static final int OPSET = 21;

    private RowCopyGraph() {}

    /** The serialised {@code ModelProto}, direct. */
    public static ByteBuffer of(Half half, DecoderGraph.Shape shape) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("copy");
        for (int i = 0; i < count(shape); i++) {
            graph.addInput(stretch(from(i), half)).addOutput(stretch(to(i), half));
            graph.addNode(NodeProto.newBuilder()
                    .setOpType("Identity")
                    .setName("copy." + i)
                    .addInput(from(i))
                    .addOutput(to(i)));
        }
        return GraphWriter.direct(ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("rivulet")
                .setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .build());
    }

    /** How many stretches a row has. */
    public static int count(DecoderGraph.Shape shape) {
        return 2 * shape.layers() * shape.keyValueHeads();
    }

    /** The stretch that is read, of one layer, side and head. */
    public static String from(int stretch) {
        return "from." + stretch;
    }

    /** The stretch that is written. */
    public static String to(int stretch) {
        return "to." + stretch;
    }

    private static ValueInfoProto stretch(String name, Half half) {
        TensorShapeProto.Builder size = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(half.element())
                                .setShape(size)))
                .build();
    }
}
