// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes nodes, initialisers, inputs and outputs of one graph. Knows ONNX, not decoders. */
final class GraphWriter {

    /** Element types, by the numbers of {@code TensorProto.DataType}. */
    enum Element {
        FLOAT(TensorProto.DataType.FLOAT_VALUE),
        UINT8(TensorProto.DataType.UINT8_VALUE),
        INT8(TensorProto.DataType.INT8_VALUE),
        INT32(TensorProto.DataType.INT32_VALUE),
        INT64(TensorProto.DataType.INT64_VALUE);

        private final int number;

        Element(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    static final String STANDARD = "";
    static final String MICROSOFT = "com.microsoft";

    private static final int IR_VERSION = 10;
    private static final int STANDARD_OPSET = 21;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("decoder");
    private final Map<String, Weight> weights = new LinkedHashMap<>();

    /** Adds a node with one output, which has the node's name. */
    String node(String domain, String operator, String name, List<String> inputs, AttributeProto... attributes) {
        node(domain, operator, name, inputs, List.of(name), attributes);
        return name;
    }

    void node(
            String domain,
            String operator,
            String name,
            List<String> inputs,
            List<String> outputs,
            AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(operator)
                .setName(name)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes)));
    }

    /** Adds an initialiser whose values stay where they are. */
    String external(String name, FloatBuffer values, List<Long> dimensions) {
        return external(name, new Weight(values, dimensions), Element.FLOAT);
    }

    /** Adds an initialiser of bytes whose values stay where they are. */
    String external(String name, ByteBuffer values, boolean signed, List<Long> dimensions) {
        return external(name, new Weight(values, signed, dimensions), signed ? Element.INT8 : Element.UINT8);
    }

    private String external(String name, Weight weight, Element element) {
        weights.put(name, weight);
        List<Long> dimensions = weight.dimensions();
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(element.number)
                .addAllDims(dimensions)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue("given when the session opens")));
        return name;
    }

    /** Adds a small initialiser inside the graph. */
    String constant(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(Element.INT64.number)
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes)));
        return name;
    }

    /** Adds one whole number, without dimensions. */
    String whole(String name, long value) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, value);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(Element.INT64.number)
                .setRawData(ByteString.copyFrom(bytes)));
        return name;
    }

    /** Adds one number. */
    String scalar(String name, float value) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(Element.FLOAT.number)
                .addFloatData(value));
        return name;
    }

    /** Adds a vector of one number. */
    String single(String name, float value) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(Element.FLOAT.number)
                .addDims(1)
                .addFloatData(value));
        return name;
    }

    /** Adds a scalar of one unsigned byte inside the graph. */
    String scalar(String name, byte value) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(Element.UINT8.number)
                .setRawData(ByteString.copyFrom(new byte[] {value})));
        return name;
    }

    /** Adds a small initialiser of signed bytes inside the graph. */
    String bytes(String name, byte[] values, long... dimensions) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(Element.INT8.number)
                .setRawData(ByteString.copyFrom(values));
        for (long dimension : dimensions) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** @param dimensions numbers are fixed sizes, strings name free ones */
    String input(String name, Element element, Object... dimensions) {
        graph.addInput(value(name, element, dimensions));
        return name;
    }

    void output(String name, Element element, Object... dimensions) {
        graph.addOutput(value(name, element, dimensions));
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    static AttributeProto attributes(String name, long... values) {
        AttributeProto.Builder list =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            list.addInts(value);
        }
        return list.build();
    }

    /** Values of the external initialisers so far. */
    Map<String, Weight> weights() {
        return weights;
    }

    /** The model, in a direct buffer. */
    ByteBuffer model() {
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("rivulet")
                .setGraph(graph)
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(STANDARD).setVersion(STANDARD_OPSET))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
                .build();
        return direct(model);
    }

    /** A model as ONNX Runtime takes it. */
    static ByteBuffer direct(ModelProto model) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(model.getSerializedSize());
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            model.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.flip();
    }

    private static ValueInfoProto value(String name, Element element, Object... dimensions) {
        List<TensorShapeProto.Dimension> sizes = new ArrayList<>();
        for (Object dimension : dimensions) {
            var size = TensorShapeProto.Dimension.newBuilder();
            sizes.add(
                    dimension instanceof Number fixed
                            ? size.setDimValue(fixed.longValue()).build()
                            : size.setDimParam(dimension.toString()).build());
        }
        var tensor = TypeProto.Tensor.newBuilder()
                .setElemType(element.number)
                .setShape(TensorShapeProto.newBuilder().addAllDim(sizes));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
