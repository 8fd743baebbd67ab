// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A copy of a model's folder in which one tensor of the weights is another. */
final class DamagedFolder {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String WEIGHTS = "model.safetensors";

    private DamagedFolder() {}

    /**
     * Copies the folder, and has the values of a tensor changed, which is of 32 bits in the copy.
     *
     * @param to an empty folder
     */
    static Path of(Path folder, Path to, String tensor, Consumer<float[]> damage) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(folder.relativize(file));
                Files.createDirectories(copy.resolveSibling("."));
                Files.copy(file, copy);
            }
        }
        byte[] weights = Files.readAllBytes(folder.resolve(WEIGHTS));
        Files.write(to.resolve(WEIGHTS), damaged(weights, tensor, damage));
        return to;
    }

    private static byte[] damaged(byte[] weights, String tensor, Consumer<float[]> damage) {
        ByteBuffer all = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
        int head = Math.toIntExact(all.getLong());
        ObjectNode header = (ObjectNode) JSON.readTree(new String(weights, Long.BYTES, head, StandardCharsets.UTF_8));
        List<String> inOrder = header.propertyStream()
                .filter(one -> one.getValue().has("data_offsets"))
                .sorted(Comparator.comparingLong(one -> offset(one.getValue(), 0)))
                .map(java.util.Map.Entry::getKey)
                .toList();
        if (!inOrder.contains(tensor)) {
            throw new IllegalArgumentException("no tensor " + tensor + " among " + inOrder);
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (String name : inOrder) {
            ObjectNode info = (ObjectNode) header.get(name);
            int from = Long.BYTES + head + Math.toIntExact(offset(info, 0));
            int to = Long.BYTES + head + Math.toIntExact(offset(info, 1));
            ByteBuffer bytes = all.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
            int begin = data.size();
            data.writeBytes(name.equals(tensor) ? damaged(info, bytes, damage) : copied(bytes));
            info.putArray("data_offsets").add(begin).add(data.size());
        }
        byte[] written = JSON.writeValueAsBytes(header);
        return ByteBuffer.allocate(Long.BYTES + written.length + data.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(written.length)
                .put(written)
                .put(data.toByteArray())
                .array();
    }

    private static byte[] damaged(ObjectNode info, ByteBuffer halves, Consumer<float[]> damage) {
        if (!info.path("dtype").asString().equals("F16")) {
            throw new IllegalArgumentException("weights of F16 are read, not " + info.path("dtype"));
        }
        float[] values = new float[halves.remaining() / Short.BYTES];
        IntStream.range(0, values.length).forEach(i -> values[i] = Float.float16ToFloat(halves.getShort()));
        damage.accept(values);
        info.put("dtype", "F32");
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static byte[] copied(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static long offset(JsonNode info, int end) {
        return info.path("data_offsets").path(end).asLong();
    }
}
