// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.handover.RegistryCalls.RefusedByRegistryException;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.Models;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings one version into the registry: its files, the version, where it came from, and the rollout if one is wanted. Whoever is stopped
 * anywhere begins again from the start: what is there already is found and stays, so that there is one version in the end.
 */
final class HandingOver {

    private static final String CHAMPION = "champion";

    private final RegistryCalls registry;
    private final Models models;
    private final JsonMapper json;

    HandingOver(RegistryCalls registry, Models models, JsonMapper json) {
        this.registry = registry;
        this.models = models;
        this.json = json;
    }

    /**
     * Does all of it.
     *
     * @return what became of the rollout, for people
     * @throws IOException if the registry could not be asked or could not answer
     * @throws RefusedByRegistryException if it does not want the version
     */
    String bring(Handover handover) throws IOException, InterruptedException {
        String model = handover.destination().model();
        register(handover, model);
        Map<String, String> facts = new TreeMap<>(handover.facts());
        facts.put("version", Long.toString(handover.version()));
        facts.put("values_sha256", handover.sha256());
        String round = handover.federation() + "/" + handover.round();
        registry.lineage(model, handover.name(), "federation_round", round, facts);
        AdapterOf adapter = handover.destination().adapter();
        if (adapter != null) {
            registry.lineage(model, handover.name(), "parent", model + "/" + adapter.base(), Map.of());
        }
        if (handover.parent() != null) {
            registry.lineage(model, handover.name(), "parent", handover.parent(), Map.of());
        }
        return rollOut(handover, model);
    }

    private void register(Handover handover, String model) throws IOException, InterruptedException {
        ModelVersion version =
                models.published(handover.federation(), handover.version()).orElseThrow();
        Layout layout = models.layout(handover.federation()).orElseThrow();
        AdapterOf adapter = handover.destination().adapter();
        if (adapter != null) {
            Path values = models.file(version);
            name(handover, model, new AdaptedModel(registry, json).upload(model, adapter, layout, values));
            return;
        }
        WeightsFile weights = WeightsFile.of(layout, models.file(version), json);
        byte[] config = WeightsFile.config(handover, layout, json);
        String configDigest = DeviceKeys.sha256(config);
        if (!registry.has(weights.sha256())) {
            registry.put(weights);
        }
        if (!registry.has(configDigest)) {
            registry.put(configDigest, BodyPublishers.ofByteArray(config));
        }
        String task = handover.destination().task();
        registry.model(
                model, task == null ? "other" : task, "What the federation " + handover.federation() + " learns.");
        name(
                handover,
                model,
                List.of(
                        file("config.json", configDigest, config.length),
                        file("model.safetensors", weights.sha256(), weights.size())));
    }

    private void name(Handover handover, String model, List<Map<String, Object>> files)
            throws IOException, InterruptedException {
        registry.version(
                model,
                handover.name(),
                files,
                Map.of(
                        "source",
                        "federation:" + handover.federation() + "/" + handover.round(),
                        "federation",
                        handover.federation(),
                        "round",
                        Long.toString(handover.round())));
    }

    private static Map<String, Object> file(String path, String sha256, long size) {
        return Map.of("path", path, "sha256", sha256, "size", size);
    }

    /** The first version becomes the champion: there is nothing to compare it with. Later ones have to win. */
    private String rollOut(Handover handover, String model) throws IOException, InterruptedException {
        Map<String, Object> wanted = handover.destination().rollout();
        if (wanted == null) {
            return "none wanted";
        }
        String champion = registry.alias(model, CHAMPION);
        if (champion.isEmpty()) {
            registry.putAlias(model, CHAMPION, handover.name());
            return "none: the first version is the champion";
        }
        if (champion.equals(handover.name())) {
            return "none: the version is the champion";
        }
        for (JsonNode known : registry.rollouts(model)) {
            if (known.path("candidate").asString("").equals(handover.name())) {
                return known.path("id").asString("");
            }
        }
        return started(handover, model, wanted);
    }

    private String started(Handover handover, String model, Map<String, Object> wanted)
            throws IOException, InterruptedException {
        Map<String, Object> start = new LinkedHashMap<>(wanted);
        start.put("model", model);
        start.put("candidate", handover.name());
        start.put("by", "federation-service");
        start.put("reason", "round " + handover.round() + " of " + handover.federation());
        try {
            return registry.start(start);
        } catch (RefusedByRegistryException e) {
            // The version is there; another rollout goes on, or this one is not as the registry wants it.
            return "none: " + e.getMessage();
        }
    }
}
