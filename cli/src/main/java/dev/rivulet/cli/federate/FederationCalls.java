// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.http.ApiException;
import dev.rivulet.cli.platform.EnvCommand;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The federation-service's JSON interface.
 *
 * @param api with its address and the token of services
 */
public record FederationCalls(Api api) implements AutoCloseable {
    private static final String FEDERATIONS = "/api/federations";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;

    /** Of the running platform, or of {@code RIVULET_FEDERATION_URL} with {@code RIVULET_INTERNAL_TOKEN}. */
    public static FederationCalls of(Context context) {
        String elsewhere = context.environment().getOrDefault("RIVULET_FEDERATION_URL", "");
        String url = elsewhere.isBlank() ? EnvCommand.url(context, Part.FEDERATION) : elsewhere;
        String given = context.environment().getOrDefault("RIVULET_INTERNAL_TOKEN", "");
        String token = given.isBlank() ? new Secrets(context.home(), new SecureRandom()).internalToken() : given;
        return at(url, token);
    }

    static FederationCalls at(String url, String token) {
        return new FederationCalls(new Api("federation-service", url, token));
    }

    JsonNode list() throws InterruptedException {
        return api.get(FEDERATIONS, PATIENCE);
    }

    public JsonNode create(Map<String, Object> federation) throws InterruptedException {
        return api.send("POST", FEDERATIONS, federation, PATIENCE);
    }

    public JsonNode get(String name) throws InterruptedException {
        return named(name, () -> api.get(path(name), PATIENCE));
    }

    public JsonNode change(String name, String action) throws InterruptedException {
        return named(name, () -> api.send("POST", path(name) + "/" + action, Map.of(), PATIENCE));
    }

    /**
     * A token by which so many devices enrol.
     *
     * @param life ISO-8601; null for the service's usual
     */
    public JsonNode token(String name, int uses, @Nullable String life) throws InterruptedException {
        Map<String, Object> ask = new LinkedHashMap<>();
        ask.put("uses", uses);
        if (life != null) {
            ask.put("life", life);
        }
        return named(name, () -> api.send("POST", path(name) + "/tokens", ask, PATIENCE));
    }

    /** Says where versions that are made from now on go: what {@code PUT …/publish} takes. */
    public JsonNode publish(String name, Map<String, Object> destination) throws InterruptedException {
        return named(name, () -> api.send("PUT", path(name) + "/publish", destination, PATIENCE));
    }

    /** Where versions go, and how far the newest are. */
    public JsonNode published(String name) throws InterruptedException {
        return named(name, () -> api.get(path(name) + "/publish", PATIENCE));
    }

    /** A round; null before it has begun. */
    @Nullable RoundReport round(String name, long round) throws InterruptedException {
        JsonNode events = named(name, () -> api.get(path(name) + "/rounds/" + round, PATIENCE));
        return events.isEmpty() ? null : RoundReport.of(round, events);
    }

    private static String path(String name) {
        return FEDERATIONS + "/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private interface Call {
        JsonNode answer() throws InterruptedException;
    }

    private static JsonNode named(String name, Call call) throws InterruptedException {
        try {
            return call.answer();
        } catch (ApiException e) {
            if (e.status() == NOT_FOUND) {
                throw new UsageException("There is no federation " + name.replaceAll("\\p{C}", "?")
                        + ". `./rivulet federate list` shows all, `./rivulet federate create FILE` makes one.");
            }
            throw e;
        }
    }

    @Override
    public void close() {
        api.close();
    }
}
