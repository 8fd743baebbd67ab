// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.intent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A small file of tensors (safetensors: length of the header, header in JSON, bytes), read whole, changed and written again. */
public final class TensorFile {
    private static final int MOST_BYTES = 1 << 28;

    /**
     * One tensor.
     *
     * @param type F16 or F32, else the bytes alone are known
     * @param bytes little-endian
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Tensor(String type, List<Integer> shape, byte[] bytes) {}

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** Without a tensor. */
    public TensorFile() {}

    /** @throws IOException if it can't be read or is no such file of at most 256 MiB */
    static TensorFile read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is larger than " + MOST_BYTES + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < 8) {
            throw new IOException(file + " is no file of tensors");
        }
        int header = Math.toIntExact(Math.min(bytes.limit() - 8L, bytes.getLong(0)));
        JsonNode root = JsonMapper.shared().readTree(new String(bytes.array(), 8, header, StandardCharsets.UTF_8));
        TensorFile read = new TensorFile();
        for (Map.Entry<String, JsonNode> each : root.properties()) {
            if (!each.getKey().equals("__metadata__")) {
                read.tensors.put(each.getKey(), tensor(each.getValue(), bytes, 8 + header));
            }
        }
        return read;
    }

    private static Tensor tensor(JsonNode entry, ByteBuffer bytes, int data) {
        List<Integer> shape = new ArrayList<>();
        entry.path("shape").forEach(size -> shape.add(size.asInt()));
        int from = data + entry.path("data_offsets").path(0).asInt();
        byte[] own = new byte[data + entry.path("data_offsets").path(1).asInt() - from];
        bytes.get(from, own);
        return new Tensor(entry.path("dtype").asString(), shape, own);
    }

    /** Values of a tensor, converted to float32. */
    float[] values(String name) throws IOException {
        Tensor tensor = required(name);
        ByteBuffer bytes = ByteBuffer.wrap(tensor.bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean half = tensor.type.equals("F16");
        if (!half && !tensor.type.equals("F32")) {
            throw new IOException(name + " is of type " + tensor.type + "; F16 and F32 are read");
        }
        float[] values = new float[tensor.bytes.length / (half ? 2 : 4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = half ? Float.float16ToFloat(bytes.getShort(2 * i)) : bytes.getFloat(4 * i);
        }
        return values;
    }

    /** Sizes of a tensor's dimensions. */
    List<Integer> shape(String name) throws IOException {
        return required(name).shape;
    }

    private Tensor required(String name) throws IOException {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IOException("there is no tensor " + name);
        }
        return tensor;
    }

    /** Puts a tensor in float32. */
    public void put(String name, List<Integer> shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        tensors.put(name, new Tensor("F32", List.copyOf(shape), bytes.array()));
    }

    /** Writes the file. */
    public void write(Path file) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        int at = 0;
        for (Map.Entry<String, Tensor> each : tensors.entrySet()) {
            Tensor tensor = each.getValue();
            int end = at + tensor.bytes.length;
            header.put(
                    each.getKey(),
                    Map.of("dtype", tensor.type, "shape", tensor.shape, "data_offsets", List.of(at, end)));
            at = end;
        }
        String json = JsonMapper.shared().writeValueAsString(header);
        byte[] text = (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + text.length + at).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(text.length).put(text);
        tensors.values().forEach(tensor -> all.put(tensor.bytes));
        Files.write(file, all.array());
    }
}
