// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.config;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.platform.EnvCommand;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The config-server's HTTP interface.
 *
 * @param api with its address and the token of services
 * @param person the token of whoever changes something, whose name the history keeps; empty for a service
 */
record ConfigCalls(Api api, String person) implements AutoCloseable {
    private static final String ROOT = "/api/config/";
    private static final String PERSON = "x-rivulet-principal-token";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Of the running platform or of {@code RIVULET_CONFIG_URL}, for the person of {@code RIVULET_PRINCIPAL_TOKEN}. */
    static ConfigCalls of(Context context) {
        Map<String, String> environment = context.environment();
        String elsewhere = environment.getOrDefault("RIVULET_CONFIG_URL", "");
        String url = elsewhere.isBlank() ? EnvCommand.url(context, Part.CONFIG_SERVER) : elsewhere;
        String given = environment.getOrDefault("RIVULET_INTERNAL_TOKEN", "");
        String token = given.isBlank() ? new Secrets(context.home(), new SecureRandom()).internalToken() : given;
        String person = environment.getOrDefault("RIVULET_PRINCIPAL_TOKEN", "");
        return new ConfigCalls(new Api("config-server", url, token), person.strip());
    }

    /** What a service is told, from whatever back end. */
    JsonNode served(Place place) throws InterruptedException {
        return api.get("/" + place, PATIENCE);
    }

    JsonNode catalogue() throws InterruptedException {
        return api.get(ROOT + "catalogue", PATIENCE);
    }

    JsonNode published(Place place) throws InterruptedException {
        return api.get(ROOT + place, PATIENCE);
    }

    JsonNode history(Place place, int limit) throws InterruptedException {
        return api.get(ROOT + place + "/revisions?limit=" + limit, PATIENCE);
    }

    JsonNode diff(Place place, long from, long to) throws InterruptedException {
        return api.get(ROOT + place + "/diff?from=" + from + "&to=" + to, PATIENCE);
    }

    JsonNode applied(String application) throws InterruptedException {
        return api.get(ROOT + application + "/applied", PATIENCE);
    }

    JsonNode publish(Place place, Map<String, Object> changes) throws InterruptedException {
        return change(ROOT + place + "/revisions", changes);
    }

    JsonNode rollback(Place place, Map<String, Object> target) throws InterruptedException {
        return change(ROOT + place + "/rollback", target);
    }

    private JsonNode change(String path, Map<String, Object> body) throws InterruptedException {
        return api.send("POST", path, person.isEmpty() ? Map.of() : Map.of(PERSON, person), body, PATIENCE);
    }

    /** Tells every service to read its settings again. */
    void refresh() throws InterruptedException {
        api.order("POST", "/actuator/busrefresh", PATIENCE);
    }

    @Override
    public void close() {
        api.close();
    }
}
