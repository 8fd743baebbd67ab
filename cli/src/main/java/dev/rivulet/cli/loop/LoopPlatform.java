// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.loop;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.federate.FederationCalls;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.platform.EnvCommand;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The running platform as the demonstration uses it: what it makes there has the demonstration's name, and goes when it ends. */
final class LoopPlatform implements AutoCloseable {

    private static final String BUILT_IN = "rivulet-assistant";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOADING = Duration.ofMinutes(5);
    private static final Duration ROLLING = Duration.ofMinutes(12);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Set<String> ENDS = Set.of("promoted", "rolled_back", "aborted");

    private final String gatewayUrl;
    private final String federationUrl;
    private final Api gateway;
    private final Api registry;
    private final FederationCalls federations;
    private final List<String> keys = new ArrayList<>();

    private LoopPlatform(Context context) {
        String token = new Secrets(context.home(), new SecureRandom()).internalToken();
        this.gatewayUrl = EnvCommand.gatewayUrl(context);
        this.federationUrl = EnvCommand.url(context, Part.FEDERATION);
        this.gateway = new Api("gateway-service", gatewayUrl, EnvCommand.apiKey(context.home()));
        this.registry = new Api("model-registry", EnvCommand.url(context, Part.MODEL_REGISTRY), token);
        this.federations = FederationCalls.of(context);
    }

    /** @throws UsageException if the platform does not run */
    static LoopPlatform of(Context context) {
        for (Part part : List.of(Part.GATEWAY, Part.MODEL_REGISTRY, Part.INFERENCE, Part.FEDERATION)) {
            if (PartRecord.read(context.home(), part.id())
                    .flatMap(PartRecord::process)
                    .isEmpty()) {
                throw new UsageException(
                        part.id() + " does not run. The loop is shown on the platform: start it with `./rivulet up`.");
            }
        }
        return new LoopPlatform(context);
    }

    String gatewayUrl() {
        return gatewayUrl;
    }

    String federationUrl() {
        return federationUrl;
    }

    FederationCalls federations() {
        return federations;
    }

    /** Registers the built-in assistant once more under a name of the demonstration, and waits until it answers. */
    void model(String name) throws InterruptedException {
        JsonNode builtIn = registry.get("/api/models/" + BUILT_IN, PATIENCE);
        String champion = builtIn.path("aliases").path("champion").asString("");
        JsonNode files = registry.get("/api/models/" + BUILT_IN + "/versions/" + champion, PATIENCE)
                .path("files");
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", name);
        model.put("task", builtIn.path("task").asString("text-generation"));
        model.put("description", "The built-in assistant in the closed loop's demonstration.");
        registry.send("POST", "/api/models", model, PATIENCE);
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("version", "1");
        version.put("files", files);
        version.put("tags", Map.of("source", BUILT_IN + "/" + champion));
        registry.send("POST", "/api/models/" + name + "/versions", version, PATIENCE);
        registry.send("PUT", "/api/models/" + name + "/aliases/champion", Map.of("version", "1"), PATIENCE);
        long end = System.nanoTime() + LOADING.toNanos();
        while (!served(name)) {
            if (System.nanoTime() > end) {
                throw new UsageException("No replica serves " + name + " after " + LOADING.toMinutes()
                        + " minutes. `./rivulet status` shows what it does.");
            }
            Thread.sleep(LOOK);
        }
    }

    private boolean served(String name) throws InterruptedException {
        for (JsonNode model : gateway.get("/v1/models", PATIENCE).path("data")) {
            if (model.path("id").asString("").equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** A key for a house, which is revoked at the end. */
    String key(String name) throws InterruptedException {
        JsonNode made = gateway.send("POST", "/admin/keys", Map.of("name", name), PATIENCE);
        keys.add(made.path("id").asString(""));
        return made.path("key").asString("");
    }

    /** Waits until a federation's version is in the registry and its rollout has begun. @return the rollout's id */
    String rollout(String federation) throws InterruptedException {
        long end = System.nanoTime() + LOADING.toNanos();
        while (System.nanoTime() < end) {
            JsonNode newest = federations.published(federation).path("versions").path(0);
            if (newest.path("state").asString("").equals("refused")) {
                throw new UsageException("The registry refuses the version: "
                        + newest.path("error").asString(""));
            }
            if (newest.path("state").asString("").equals("done")) {
                String rollout = newest.path("rollout").asString("");
                if (rollout.startsWith("none")) {
                    throw new UsageException("No rollout began: " + rollout);
                }
                return active(newest.path("model").asString(""));
            }
            Thread.sleep(LOOK);
        }
        throw new UsageException("The version is not in the registry after " + LOADING.toMinutes() + " minutes.");
    }

    private String active(String model) throws InterruptedException {
        return registry.get("/api/rollouts?model=" + model, PATIENCE)
                .path("rollouts")
                .path(0)
                .path("rollout")
                .asString("");
    }

    /** Waits until a rollout has ended. @return it as it is then */
    JsonNode ended(String rollout) throws InterruptedException {
        long end = System.nanoTime() + ROLLING.toNanos();
        while (true) {
            JsonNode now = registry.get("/api/rollouts/" + rollout, PATIENCE);
            if (ENDS.contains(now.path("state").asString("")) || System.nanoTime() > end) {
                return now;
            }
            Thread.sleep(LOOK);
        }
    }

    String champion(String model) throws InterruptedException {
        return registry.get("/api/models/" + model, PATIENCE)
                .path("aliases")
                .path("champion")
                .asString("");
    }

    /** Replicas unload the demonstration's model; its versions and their lineage stay in the registry. */
    void retire(String model) throws InterruptedException {
        registry.send("DELETE", "/api/models/" + model + "/aliases/champion", Map.of(), PATIENCE);
    }

    void revokeKeys() throws InterruptedException {
        for (String key : keys) {
            gateway.send("DELETE", "/admin/keys/" + key, Map.of(), PATIENCE);
        }
        keys.clear();
    }

    @Override
    public void close() {
        gateway.close();
        registry.close();
        federations.close();
    }
}
