// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.tensors;

import dev.rivulet.engine.Tensor;
import dev.rivulet.engine.Tensor.Type;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request of the protocol: JSON, and after it the bytes of the tensors that say {@code binary_data_size}, in their order.
 *
 * @param id given back; null for none
 * @param outputs wanted ones; all of the model if there are none
 * @param binaryOutputs whether outputs that don't say otherwise come as bytes
 * @see <a href="https://github.com/kserve/open-inference-protocol">Open Inference Protocol</a>
 */
record InferBody(@Nullable String id, List<Tensor> inputs, List<Wanted> outputs, boolean binaryOutputs) {

    private static final int MOST_TENSORS = 256;
    private static final int MOST_DIMENSIONS = 32;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxNumberLength(64)
                            .maxNameLength(256)
                            .build())
                    .build())
            .build();

    /** An output. @param binary whether it comes as bytes */
    record Wanted(String name, boolean binary) {}

    /**
     * Reads a body.
     *
     * @param jsonLength bytes of JSON at its begin; the rest are those of tensors
     */
    static InferBody read(byte[] body, int jsonLength) {
        JsonNode json;
        try {
            json = JSON.readTree(body, 0, jsonLength);
        } catch (JacksonException e) {
            throw invalid("the body can't be read as JSON");
        }
        ByteBuffer bytes = ByteBuffer.wrap(body, jsonLength, body.length - jsonLength);
        List<Tensor> inputs = new ArrayList<>();
        for (JsonNode input : list(json, "inputs")) {
            inputs.add(tensor(input, "inputs[" + inputs.size() + "]", bytes));
        }
        if (inputs.isEmpty()) {
            throw invalid("'inputs' is missing");
        }
        if (bytes.hasRemaining()) {
            throw invalid("there are " + bytes.remaining() + " bytes after those that binary_data_size counts");
        }
        boolean binary = json.path("parameters").path("binary_data_output").asBoolean(false);
        List<Wanted> outputs = new ArrayList<>();
        for (JsonNode output : list(json, "outputs")) {
            boolean own = output.path("parameters").path("binary_data").asBoolean(binary);
            outputs.add(new Wanted(name(output, "outputs[" + outputs.size() + "]"), own));
        }
        JsonNode id = json.path("id");
        return new InferBody(id.isString() ? id.stringValue() : null, inputs, outputs, binary);
    }

    private static List<JsonNode> list(JsonNode json, String field) {
        JsonNode list = json.path(field);
        if (list.isMissingNode()) {
            return List.of();
        }
        if (!list.isArray() || list.size() > MOST_TENSORS) {
            throw invalid("'" + field + "' must be a list of at most " + MOST_TENSORS + " tensors");
        }
        return new ArrayList<>(list.values());
    }

    private static String name(JsonNode node, String path) {
        String name = node.path("name").asString("");
        if (name.isEmpty() || name.length() > 256) {
            throw invalid(path + ".name must have 1 to 256 characters");
        }
        return name;
    }

    private static Tensor tensor(JsonNode node, String path, ByteBuffer bytes) {
        String name = name(node, path);
        String named = node.path("datatype").asString("");
        Type type = Arrays.stream(Type.values())
                .filter(one -> one.name().equals(named))
                .findFirst()
                .orElseThrow(() -> invalid(path + ".datatype must be one of " + Arrays.toString(Type.values())));
        List<Long> shape = shape(node.path("shape"), path);
        long size;
        try {
            size = Tensor.bytes(type, shape);
        } catch (IllegalArgumentException e) {
            throw invalid(path + ": " + e.getMessage());
        }
        JsonNode binary = node.path("parameters").path("binary_data_size");
        if (binary.isMissingNode()) {
            return json(node, path, name, type, shape, size, bytes.capacity());
        }
        if (!binary.isIntegralNumber() || !binary.canConvertToLong() || binary.longValue() != size) {
            throw invalid(path + ".parameters.binary_data_size must be " + size + ", as datatype and shape say");
        }
        if (size > bytes.remaining()) {
            throw invalid(path + " has " + size + " bytes, but " + bytes.remaining() + " are left in the body");
        }
        ByteBuffer data = bytes.slice(bytes.position(), (int) size);
        bytes.position(bytes.position() + (int) size);
        return new Tensor(name, type, shape, data);
    }

    /** @param bodySize bytes of the body: more values than it has bytes can't be in it, and are not allocated */
    private static Tensor json(
            JsonNode node, String path, String name, Type type, List<Long> shape, long size, int bodySize) {
        if (!node.has("data")) {
            throw invalid(path + " has neither data nor parameters.binary_data_size");
        }
        if (size / type.bytes() > bodySize) {
            throw invalid(path + " has fewer values than its shape " + shape + " says");
        }
        return new Tensor(name, type, shape, TensorValues.read(path + ".data", type, shape, node.path("data")));
    }

    private static List<Long> shape(JsonNode node, String path) {
        if (!node.isArray() || node.size() > MOST_DIMENSIONS) {
            throw invalid(path + ".shape must be a list of at most " + MOST_DIMENSIONS + " sizes");
        }
        List<Long> shape = new ArrayList<>();
        for (JsonNode size : node) {
            if (!size.isIntegralNumber() || !size.canConvertToLong()) {
                throw invalid(path + ".shape must hold whole numbers");
            }
            shape.add(size.longValue());
        }
        return shape;
    }

    static ProblemException invalid(String fault) {
        return new ProblemException(Problem.of(ProblemCode.INVALID_VALUE, fault + "."));
    }
}
