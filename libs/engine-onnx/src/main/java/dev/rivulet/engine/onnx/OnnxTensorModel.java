// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.CodedInputStream;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.Tensor;
import dev.rivulet.engine.TensorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Any ONNX graph whose weights are in its own file: a graph that names other files is refused before ONNX Runtime sees it. */
final class OnnxTensorModel implements TensorModel {

    private static final String FILE = "model.onnx";
    private static final int DEEPEST = 64;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final List<Tensor.Spec> inputs;
    private final List<Tensor.Spec> outputs;
    private final long bytes;

    private OnnxTensorModel(OrtSession session, long bytes) throws OrtException, ModelRejectedException {
        this.session = session;
        this.bytes = bytes;
        inputs = specs(session.getInputInfo());
        outputs = specs(session.getOutputInfo());
    }

    static OnnxTensorModel load(Path folder, int threads, OnnxSettings settings)
            throws IOException, ModelRejectedException {
        Path root = folder.toRealPath();
        Path file = root.resolve(FILE);
        if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(root)) {
            throw new ModelRejectedException(FILE + ": missing in the model folder, or a link that leads out of it");
        }
        long size = Files.size(file);
        // The file, its parsed form and the session's weights.
        if (size > Integer.MAX_VALUE - 16 || 3 * size > settings.memoryLimit()) {
            throw new ModelRejectedException(FILE + ": has " + MemoryPlan.mebibytes(size)
                    + " and takes three times that to open; " + MemoryPlan.mebibytes(settings.memoryLimit())
                    + " are allowed, raise -D" + OnnxSettings.MEMORY_LIMIT);
        }
        byte[] model = Files.readAllBytes(file);
        requireSelfContained(model);
        return DeepStack.open(() -> open(model, threads, settings));
    }

    private static OnnxTensorModel open(byte[] model, int threads, OnnxSettings settings)
            throws ModelRejectedException {
        try (SessionOptions options = DecoderSession.options(settings.threads(threads))) {
            OrtSession session = OrtEnvironment.getEnvironment().createSession(model, options);
            try {
                return new OnnxTensorModel(session, model.length);
            } catch (OrtException | ModelRejectedException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new ModelRejectedException(FILE + ": ONNX Runtime refuses it: " + e.getMessage(), e);
        }
    }

    private static void requireSelfContained(byte[] model) throws ModelRejectedException {
        try {
            CodedInputStream in = CodedInputStream.newInstance(model);
            in.setRecursionLimit(2 * DEEPEST);
            ModelProto proto = ModelProto.parseFrom(in);
            check(proto.getGraph(), 0);
            for (var function : proto.getFunctionsList()) {
                check(function.getNodeList(), 0);
            }
        } catch (IOException e) {
            throw new ModelRejectedException(FILE + ": not an ONNX model: " + e.getMessage(), e);
        }
    }

    private static void check(GraphProto graph, int depth) throws ModelRejectedException {
        if (depth > DEEPEST) {
            throw new ModelRejectedException(FILE + ": graphs lie within graphs more than " + DEEPEST + " deep");
        }
        for (TensorProto tensor : graph.getInitializerList()) {
            check(tensor);
        }
        for (var sparse : graph.getSparseInitializerList()) {
            check(sparse.getValues());
            check(sparse.getIndices());
        }
        check(graph.getNodeList(), depth);
    }

    private static void check(List<NodeProto> nodes, int depth) throws ModelRejectedException {
        for (NodeProto node : nodes) {
            for (AttributeProto attribute : node.getAttributeList()) {
                check(attribute.getT());
                for (TensorProto tensor : attribute.getTensorsList()) {
                    check(tensor);
                }
                check(attribute.getSparseTensor().getValues());
                check(attribute.getSparseTensor().getIndices());
                if (attribute.hasG()) {
                    check(attribute.getG(), depth + 1);
                }
                for (GraphProto graph : attribute.getGraphsList()) {
                    check(graph, depth + 1);
                }
            }
        }
    }

    private static void check(TensorProto tensor) throws ModelRejectedException {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0) {
            throw new ModelRejectedException(FILE + ": the weights of '"
                    + tensor.getName()
                            .substring(0, Math.min(100, tensor.getName().length()))
                            .replaceAll("\\p{C}", "?")
                    + "' lie in another file; external data is refused, save the model as one file");
        }
    }

    private static List<Tensor.Spec> specs(Map<String, NodeInfo> nodes) throws ModelRejectedException {
        List<Tensor.Spec> specs = new ArrayList<>();
        for (NodeInfo node : nodes.values()) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw new ModelRejectedException(FILE + ": '" + node.getName() + "' is no tensor");
            }
            List<Long> shape = Arrays.stream(info.getShape()).boxed().toList();
            specs.add(new Tensor.Spec(node.getName(), type(node.getName(), info.type), shape));
        }
        return List.copyOf(specs);
    }

    private static Tensor.Type type(String name, OnnxJavaType type) throws ModelRejectedException {
        return switch (type) {
            case BOOL -> Tensor.Type.BOOL;
            case INT8 -> Tensor.Type.INT8;
            case UINT8 -> Tensor.Type.UINT8;
            case INT16 -> Tensor.Type.INT16;
            case INT32 -> Tensor.Type.INT32;
            case INT64 -> Tensor.Type.INT64;
            case FLOAT16 -> Tensor.Type.FP16;
            case FLOAT -> Tensor.Type.FP32;
            case DOUBLE -> Tensor.Type.FP64;
            case BFLOAT16, STRING, UNKNOWN ->
                throw new ModelRejectedException(FILE + ": '" + name + "' is of type " + type + "; supported are "
                        + Arrays.toString(Tensor.Type.values()));
        };
    }

    private static OnnxJavaType type(Tensor.Type type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
        };
    }

    @Override
    public List<Tensor.Spec> inputs() {
        return inputs;
    }

    @Override
    public List<Tensor.Spec> outputs() {
        return outputs;
    }

    @Override
    public long memoryBytes() {
        return bytes;
    }

    @Override
    public List<Tensor> run(List<Tensor> given, List<String> wanted) {
        check(given);
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Tensor tensor : given) {
                long[] shape =
                        tensor.shape().stream().mapToLong(Long::longValue).toArray();
                tensors.put(
                        tensor.name(),
                        OnnxTensor.createTensor(environment, direct(tensor), shape, type(tensor.type())));
            }
            try (OrtSession.Result result = session.run(tensors, Set.copyOf(wanted))) {
                List<Tensor> values = new ArrayList<>();
                for (String name : wanted) {
                    values.add(copied(name, (OnnxTensor) result.get(name).orElseThrow()));
                }
                return values;
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the graph can't run: " + e.getMessage(), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private void check(List<Tensor> given) {
        Set<String> names = new HashSet<>();
        for (Tensor tensor : given) {
            Tensor.Spec spec = inputs.stream()
                    .filter(one -> one.name().equals(tensor.name()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no input '" + tensor.name() + "'"));
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("input '" + tensor.name() + "' is given twice");
            }
            if (spec.type() != tensor.type() || !spec.accepts(tensor.shape())) {
                throw new IllegalArgumentException("input '" + tensor.name() + "' is " + tensor.type() + " "
                        + tensor.shape() + "; the model reads " + spec.type() + " " + spec.shape());
            }
        }
        for (Tensor.Spec spec : inputs) {
            if (!names.contains(spec.name())) {
                throw new IllegalArgumentException("input '" + spec.name() + "' is missing");
            }
        }
    }

    private static ByteBuffer direct(Tensor tensor) {
        ByteBuffer copy = ByteBuffer.allocateDirect(tensor.data().remaining()).order(ByteOrder.nativeOrder());
        return copy.put(tensor.data().duplicate()).flip();
    }

    private static Tensor copied(String name, OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        ByteBuffer copy = tensor.getByteBuffer();
        try {
            List<Long> shape = Arrays.stream(info.getShape()).boxed().toList();
            return new Tensor(name, type(name, info.type), shape, copy.order(ByteOrder.LITTLE_ENDIAN));
        } catch (ModelRejectedException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the session can't be closed: " + e.getMessage(), e);
        }
    }
}
