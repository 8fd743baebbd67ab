// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.Registry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Some tensors of a registered version as a federation's first model: float32, little-endian, one after the other.
 *
 * @param tensors name and shape of each
 * @param values all bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record RegistryTensors(List<Map<String, Object>> tensors, byte[] values) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WEIGHTS = "model.safetensors";
    private static final int LENGTH = 8;
    private static final int MOST_HEADER = 1 << 22;
    private static final int MOST_BYTES = 1 << 26;

    /**
     * Fetches them, and no other byte of the weights.
     *
     * @param model {@code MODEL@VERSION}, where an alias may stand for the version
     * @param names of tensors, in the federation's order
     */
    static RegistryTensors fetch(Api registry, String model, List<String> names) throws InterruptedException {
        String[] parts = model.split("@", 2);
        if (parts.length != 2 || names.isEmpty()) {
            throw new UsageException(
                    "Give --model as MODEL@VERSION and its layers by --layers NAME[,NAME…]; `./rivulet models show MODEL`"
                            + " lists the versions.");
        }
        String blob = "/api/blobs/" + digest(new Registry(registry).model(parts[0]), parts[0], parts[1]);
        ByteBuffer length = ByteBuffer.wrap(registry.bytes(blob, 0, LENGTH, PATIENCE));
        long header = length.order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (header < 2 || header > MOST_HEADER) {
            throw new UsageException(WEIGHTS + " of " + model + " does not begin as safetensors do.");
        }
        byte[] text = registry.bytes(blob, LENGTH, LENGTH + header, PATIENCE);
        JsonNode described = JsonMapper.shared().readTree(new String(text, StandardCharsets.UTF_8));
        List<Map<String, Object>> tensors = new ArrayList<>();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        for (String name : names) {
            JsonNode tensor = described.path(name);
            if (tensor.isMissingNode()) {
                throw new UsageException(model + " has no tensor " + name + ".");
            }
            tensors.add(layout(name, tensor.path("shape")));
            values.writeBytes(floats(registry, blob, LENGTH + header, name, tensor));
        }
        return new RegistryTensors(tensors, values.toByteArray());
    }

    private static String digest(JsonNode model, String name, String version) {
        String wanted = model.path("aliases").path(version).asString(version);
        for (JsonNode each : model.path("versions")) {
            if (each.path("version").asString("").equals(wanted)) {
                for (JsonNode file : each.path("files")) {
                    if (file.path("path").asString("").equals(WEIGHTS)) {
                        return file.path("sha256").asString("");
                    }
                }
                throw new UsageException(name + "@" + version + " has no " + WEIGHTS + ".");
            }
        }
        throw new UsageException("There is no version " + version + " of " + name + ". `./rivulet models show " + name
                + "` lists them.");
    }

    private static Map<String, Object> layout(String name, JsonNode shape) {
        List<Integer> sizes = new ArrayList<>();
        shape.forEach(size -> sizes.add(size.asInt()));
        Map<String, Object> layout = new LinkedHashMap<>();
        layout.put("name", name);
        layout.put("shape", sizes);
        return layout;
    }

    private static byte[] floats(Api registry, String blob, long data, String name, JsonNode tensor)
            throws InterruptedException {
        long from = tensor.path("data_offsets").path(0).asLong();
        long to = tensor.path("data_offsets").path(1).asLong();
        String type = tensor.path("dtype").asString("");
        if (to - from > MOST_BYTES || to <= from) {
            throw new UsageException("The tensor " + name + " has more than " + MOST_BYTES + " bytes, or none.");
        }
        byte[] bytes = registry.bytes(blob, data + from, data + to, PATIENCE);
        return switch (type) {
            case "F32" -> bytes;
            case "F16", "BF16" -> widened(bytes, type.equals("F16"));
            default ->
                throw new UsageException(
                        "The tensor " + name + " is of type " + type + "; F32, F16 and BF16 are taken.");
        };
    }

    private static byte[] widened(byte[] halves, boolean half) {
        ByteBuffer in = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(2 * halves.length).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            short value = in.getShort();
            out.putFloat(half ? Float.float16ToFloat(value) : Float.intBitsToFloat(value << 16));
        }
        return out.array();
    }
}
