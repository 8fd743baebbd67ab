// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.handover.MergedWeights.UnfitException;
import dev.rivulet.federation.handover.RegistryCalls.RefusedByRegistryException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes a model that replicas serve out of a federation's adapter: the base's files, with other weights. The same each time. */
final class AdaptedModel {

    private static final String WEIGHTS = "model.safetensors";
    private static final int UNFIT = 422;
    private static final long MOST_WEIGHTS = 4L << 30;

    private final RegistryCalls registry;
    private final JsonMapper json;

    AdaptedModel(RegistryCalls registry, JsonMapper json) {
        this.registry = registry;
        this.json = json;
    }

    /**
     * Uploads the weights.
     *
     * @param values B, float32, little-endian, one tensor after the other
     * @return path, sha256 and size of all files of the version
     * @throws RefusedByRegistryException if the base is missing or the adapter is of something else
     */
    List<Map<String, Object>> upload(String model, AdapterOf of, Layout layout, Path values)
            throws IOException, InterruptedException {
        List<Map<String, Object>> files = new ArrayList<>();
        for (JsonNode file : registry.files(model, of.base())) {
            String path = file.path("path").asString("");
            if (path.equals(WEIGHTS)) {
                files.add(merged(of, layout, values, file));
            } else if (!path.startsWith("quantised/")) {
                files.add(described(
                        path,
                        file.path("sha256").asString(""),
                        file.path("size").asLong()));
            }
        }
        if (files.stream().noneMatch(file -> file.containsValue(WEIGHTS))) {
            throw new RefusedByRegistryException(UNFIT, model + "/" + of.base() + " has no " + WEIGHTS);
        }
        return files;
    }

    private Map<String, Object> merged(AdapterOf of, Layout layout, Path values, JsonNode base)
            throws IOException, InterruptedException {
        long size = base.path("size").asLong();
        if (size > MOST_WEIGHTS) {
            throw new RefusedByRegistryException(UNFIT, "the base's weights have more than " + MOST_WEIGHTS + " bytes");
        }
        Path weights = Files.createTempFile("merged", ".safetensors");
        try {
            registry.fetch(base.path("sha256").asString(""), weights);
            MergedWeights.merge(weights, parameters(layout, values), of, json);
            String sha256 = RegistryCalls.digest(weights);
            if (!registry.has(sha256)) {
                registry.put(sha256, BodyPublishers.ofFile(weights));
            }
            return described(WEIGHTS, sha256, size);
        } catch (UnfitException e) {
            throw new RefusedByRegistryException(UNFIT, String.valueOf(e.getMessage()));
        } finally {
            Files.deleteIfExists(weights);
        }
    }

    private static Parameters parameters(Layout layout, Path values) throws IOException {
        float[] read = new float[layout.size()];
        ByteBuffer.wrap(Files.readAllBytes(values))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(read);
        return new Parameters(layout, read);
    }

    private static Map<String, Object> described(String path, String sha256, long size) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("path", path);
        file.put("sha256", sha256);
        file.put("size", size);
        return file;
    }
}
