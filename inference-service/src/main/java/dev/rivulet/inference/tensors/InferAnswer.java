// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.tensors;

import dev.rivulet.engine.Tensor;
import dev.rivulet.inference.tensors.InferBody.Wanted;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer of the protocol.
 *
 * @param bytes JSON, then the bytes of tensors that were wanted so
 * @param jsonLength bytes of JSON
 */
record InferAnswer(byte[] bytes, int jsonLength) {

    boolean binary() {
        return jsonLength < bytes.length;
    }

    static InferAnswer of(
            JsonMapper json, ServingGraph model, InferBody body, List<Wanted> wanted, List<Tensor> values) {
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        List<Object> outputs = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Tensor tensor = values.get(i);
            Map<String, Object> output = new LinkedHashMap<>();
            output.put("name", tensor.name());
            output.put("datatype", tensor.type().name());
            output.put("shape", tensor.shape());
            if (wanted.get(i).binary()) {
                byte[] raw = bytes(tensor.data());
                output.put("parameters", Map.of("binary_data_size", raw.length));
                tail.writeBytes(raw);
            } else {
                if (!TensorValues.numbers(tensor)) {
                    throw noForm(body, tensor);
                }
                output.put("data", TensorValues.write(tensor));
            }
            outputs.add(output);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model_name", model.version().model());
        answer.put("model_version", model.version().version());
        if (body.id() != null) {
            answer.put("id", body.id());
        }
        answer.put("outputs", outputs);
        byte[] head = json.writeValueAsBytes(answer);
        ByteBuffer all = ByteBuffer.allocate(head.length + tail.size());
        return new InferAnswer(all.put(head).put(tail.toByteArray()).array(), head.length);
    }

    /** The caller's to mend where what he gave was no numbers either; else the model is damaged. */
    private static ProblemException noForm(InferBody body, Tensor tensor) {
        boolean given = body.inputs().stream().allMatch(TensorValues::numbers);
        return new ProblemException(Problem.of(
                given ? ProblemCode.INTERNAL_ERROR : ProblemCode.INVALID_VALUE,
                "output '" + tensor.name()
                        + "' has values that are no numbers (NaN or infinite), which JSON has no form"
                        + " for; ask for it in bytes ('binary_data')"));
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] raw = new byte[data.remaining()];
        data.duplicate().get(raw);
        return raw;
    }
}
