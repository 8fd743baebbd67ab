// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A decoder whose floats have 16 bits, for processors that compute with them: weights, cache and all between. Tokens go in and
 * logits come out as before, the logits as 32-bit floats.
 *
 * @param model the serialised {@code ModelProto}, direct
 * @param weights values of the external initialisers, floats as {@link ShortBuffer}s
 * @param half what the numbers are
 * @param shape sizes of the cache, which is of these numbers, and of the output
 */
public record HalfGraph(ByteBuffer model, Map<String, Weight> weights, Half half, DecoderGraph.Shape shape) {

    private static final String NARROW_LOGITS = "logits.narrow";

    public HalfGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * The same decoder in 16 bits.
     *
     * @param graph of 32-bit floats, with a cache of floats, for text alone and without adapters
     * @param memory holds the weights
     * @throws ModelRejectedException if a weight is too large for the numbers
     */
    public static HalfGraph of(DecoderGraph graph, Half half, Arena memory) throws ModelRejectedException {
        if (graph.shape().scales().isPresent() || graph.shape().softWidth() > 0) {
            throw new ModelRejectedException("a decoder in 16 bits has a cache of floats and no eyes");
        }
        Map<String, Weight> weights = new LinkedHashMap<>();
        for (var weight : graph.weights().entrySet()) {
            weights.put(weight.getKey(), narrowed(weight.getKey(), weight.getValue(), half, memory));
        }
        return new HalfGraph(GraphWriter.direct(narrowed(parsed(graph.model()), half)), weights, half, graph.shape());
    }

    private static ModelProto parsed(ByteBuffer model) {
        try {
            return ModelProto.parseFrom(model.duplicate());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the graph was written wrongly", e);
        }
    }

    private static Weight narrowed(String name, Weight weight, Half half, Arena memory) throws ModelRejectedException {
        if (!(weight.values() instanceof FloatBuffer floats)) {
            throw new IllegalArgumentException(name + " is no tensor of floats");
        }
        int count = floats.remaining();
        MemorySegment narrow = memory.allocate(ValueLayout.JAVA_SHORT, count);
        ShortBuffer values =
                narrow.asByteBuffer().order(ByteOrder.nativeOrder()).asShortBuffer();
        for (int i = 0; i < count; i++) {
            float value = floats.get(floats.position() + i);
            short narrowed = half.of(value);
            if (Float.isFinite(value) && !Float.isFinite(half.widened(narrowed))) {
                throw new ModelRejectedException(
                        name + " has the value " + value + ", which is too large for " + half + ": take BF16");
            }
            values.put(i, narrowed);
        }
        return new Weight(values, true, weight.dimensions());
    }

    private static ModelProto narrowed(ModelProto model, Half half) {
        GraphProto.Builder graph = model.getGraph().toBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            graph.setInitializer(i, narrowed(graph.getInitializer(i), half));
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            graph.setNode(i, narrowed(graph.getNode(i), half));
        }
        for (int i = 0; i < graph.getInputCount(); i++) {
            graph.setInput(i, narrowed(graph.getInput(i), half));
        }
        for (int i = 0; i < graph.getOutputCount(); i++) {
            ValueInfoProto output = graph.getOutput(i);
            graph.setOutput(i, output.getName().equals(DecoderGraph.LOGITS) ? output : narrowed(output, half));
        }
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Cast")
                .setName(DecoderGraph.LOGITS + ".wide")
                .addInput(NARROW_LOGITS)
                .addOutput(DecoderGraph.LOGITS)
                .addAttribute(GraphWriter.attribute("to", TensorProto.DataType.FLOAT_VALUE)));
        return model.toBuilder().setGraph(graph).build();
    }

    private static TensorProto narrowed(TensorProto tensor, Half half) {
        if (tensor.getDataType() != TensorProto.DataType.FLOAT_VALUE) {
            return tensor;
        }
        TensorProto.Builder narrow = tensor.toBuilder().setDataType(half.element());
        narrow.clearFloatData();
        for (float value : tensor.getFloatDataList()) {
            narrow.addInt32Data(Short.toUnsignedInt(half.of(value)));
        }
        return narrow.build();
    }

    /** Casts to 32-bit floats become casts to the narrow ones. */
    private static NodeProto narrowed(NodeProto node, Half half) {
        NodeProto.Builder narrow = node.toBuilder();
        if (node.getOpType().equals("Cast")) {
            for (int i = 0; i < node.getAttributeCount(); i++) {
                AttributeProto attribute = node.getAttribute(i);
                if (attribute.getName().equals("to") && attribute.getI() == TensorProto.DataType.FLOAT_VALUE) {
                    narrow.setAttribute(i, attribute.toBuilder().setI(half.element()));
                }
            }
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            if (node.getOutput(i).equals(DecoderGraph.LOGITS)) {
                narrow.setOutput(i, NARROW_LOGITS);
            }
        }
        return narrow.build();
    }

    private static ValueInfoProto narrowed(ValueInfoProto value, Half half) {
        if (value.getType().getTensorType().getElemType() != TensorProto.DataType.FLOAT_VALUE) {
            return value;
        }
        ValueInfoProto.Builder narrow = value.toBuilder();
        narrow.getTypeBuilder().getTensorTypeBuilder().setElemType(half.element());
        return narrow.build();
    }
}
