// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Layout.Range;
import dev.rivulet.federated.update.Layout.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model in the format safetensors: eight bytes with the length of the header, little-endian; the header, JSON that is filled up with
 * spaces to a multiple of eight bytes; the values of the tensors one after the other. A federation keeps its models in that order
 * already, so the file of a model is the header and then its bytes as they lie.
 */
final class WeightsFile {

    private static final int ALIGNMENT = 8;
    private static final int BUFFER = 1 << 16;

    private final byte[] header;
    private final Path values;
    private final String sha256;
    private final long size;

    private WeightsFile(byte[] header, Path values, String sha256, long size) {
        this.header = header;
        this.values = values;
        this.sha256 = sha256;
        this.size = size;
    }

    /**
     * The file of a model; reads the values once.
     *
     * @param values float32, little-endian, one tensor after the other
     */
    static WeightsFile of(Layout layout, Path values, JsonMapper json) {
        byte[] header = header(layout, json);
        try (InputStream in = Files.newInputStream(values)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(header);
            long size = header.length;
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                size += read;
            }
            return new WeightsFile(header, values, HexFormat.of().formatHex(digest.digest()), size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static byte[] header(Layout layout, JsonMapper json) {
        Map<String, Object> tensors = new LinkedHashMap<>();
        tensors.put("__metadata__", Map.of("format", "rivulet"));
        for (Tensor tensor : layout.tensors()) {
            Range range = layout.range(tensor.name()).orElseThrow();
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("dtype", "F32");
            described.put("shape", tensor.shape());
            described.put("data_offsets", List.of(4L * range.from(), 4L * range.to()));
            tensors.put(tensor.name(), described);
        }
        byte[] text = json.writeValueAsBytes(tensors);
        int filled = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + filled).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(filled).put(text);
        Arrays.fill(header.array(), Long.BYTES + text.length, header.capacity(), (byte) ' ');
        return header.array();
    }

    /** What stands before the values. */
    byte[] header() {
        return header.clone();
    }

    Path values() {
        return values;
    }

    /** Of the whole file. */
    String sha256() {
        return sha256;
    }

    /** Bytes of the whole file. */
    long size() {
        return size;
    }

    /** {@code config.json}: what the tensors are, for whoever loads them. */
    static byte[] config(Handover handover, Layout layout, JsonMapper json) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "federated-weights");
        config.put("federation", handover.federation());
        config.put("round", handover.round());
        config.put("version", handover.version());
        config.put("values_sha256", handover.sha256());
        config.put(
                "tensors",
                layout.tensors().stream().map(tensor -> described(tensor)).toList());
        return (json.writeValueAsString(config) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** In one order, so that every attempt has the same bytes. */
    private static Map<String, Object> described(Tensor tensor) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", tensor.name());
        described.put("shape", tensor.shape());
        described.put("dtype", "F32");
        return described;
    }
}
