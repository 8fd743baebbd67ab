// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.keys;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.platform.EnvCommand;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes, lists, rotates and revokes the gateway's API keys. */
@Command(
        name = "keys",
        description = {
            "Make, list, rotate and revoke the gateway's API keys. A new key is shown once, on the standard output.",
            "RIVULET_URL and RIVULET_API_KEY name another gateway and a key of the scope keys:write."
        },
        synopsisSubcommandLabel = "create|list|rotate|revoke")
public final class KeysCommand {
    private static final String KEYS = "/admin/keys";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String NAME_OR_ID = "Name or id of the key.";
    private static final String JSON = "Print one JSON object a line.";

    private final Context context;

    public KeysCommand(Context context) {
        this.context = context;
    }

    @Command(name = "create", description = "Make a key and show it, once.")
    int create(
            @Parameters(paramLabel = "NAME", description = "What logs and metrics call it.") String name,
            @Option(
                            names = "--scope",
                            split = ",",
                            description = "inference (default), keys:write, platform:read, rollouts:write, admin.")
                    @Nullable List<String> scopes,
            @Option(names = "--priority", defaultValue = "normal", description = "high, normal (default) or low.")
                    String priority,
            @Option(names = "--requests-per-minute", defaultValue = "0", description = "0: no limit (default).")
                    long requestsPerMinute,
            @Option(names = "--tokens-per-minute", defaultValue = "0", description = "0: no limit (default).")
                    long tokensPerMinute,
            @Option(names = "--tokens-per-day", defaultValue = "0", description = "0: no limit (default).")
                    long tokensPerDay,
            @Option(names = "--expires-in-days", defaultValue = "0", description = "0: never (default).") long days,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put("name", name);
        wanted.put("priority", priority);
        wanted.put(
                "limits",
                Map.of(
                        "requests_per_minute", requestsPerMinute,
                        "tokens_per_minute", tokensPerMinute,
                        "tokens_per_day", tokensPerDay));
        if (scopes != null) {
            wanted.put("scopes", scopes);
        }
        if (days != 0) {
            wanted.put("expires_in_seconds", Duration.ofDays(days).toSeconds());
        }
        try (Api api = api()) {
            showOnce(api.send("POST", KEYS, wanted, PATIENCE), json);
        }
        return 0;
    }

    @Command(name = "list", description = "List the keys, never their secrets.")
    int list(@Option(names = "--json", description = JSON) boolean json) throws InterruptedException {
        try (Api api = api()) {
            JsonNode keys = api.get(KEYS, PATIENCE).path("keys");
            if (json) {
                keys.forEach(this::line);
            } else {
                table(keys);
            }
        }
        return 0;
    }

    @Command(
            name = "rotate",
            description = "Give a key a new secret and show it, once; the old one stays valid for a while.")
    int rotate(
            @Parameters(paramLabel = "KEY", description = NAME_OR_ID) String key,
            @Option(
                            names = "--grace-minutes",
                            defaultValue = "60",
                            description = "How long the old one stays valid (default: 60).")
                    long graceMinutes,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (Api api = api()) {
            Map<String, Object> rotation =
                    Map.of("grace_seconds", Duration.ofMinutes(graceMinutes).toSeconds());
            showOnce(api.send("POST", KEYS + "/" + id(api, key) + "/rotate", rotation, PATIENCE), json);
        }
        return 0;
    }

    @Command(name = "revoke", description = "Close a key for ever.")
    int revoke(
            @Parameters(paramLabel = "KEY", description = NAME_OR_ID) String key,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (Api api = api()) {
            JsonNode revoked = api.send("DELETE", KEYS + "/" + id(api, key), Map.of(), PATIENCE);
            if (json) {
                line(revoked);
            } else {
                context.out().printf("✓ %s is revoked%n", revoked.path("name").asString(""));
            }
        }
        return 0;
    }

    private Api api() {
        Map<String, String> environment = context.environment();
        String url = environment.getOrDefault("RIVULET_URL", "");
        String key = environment.getOrDefault("RIVULET_API_KEY", "");
        return new Api(
                "gateway-service",
                url.isBlank() ? EnvCommand.gatewayUrl(context) : url,
                key.isBlank() ? EnvCommand.apiKey(context.home()) : key);
    }

    /** A name stands for its key that is not revoked; anything else is taken for an id. */
    private static String id(Api api, String nameOrId) throws InterruptedException {
        for (JsonNode key : api.get(KEYS, PATIENCE).path("keys")) {
            if (key.path("name").asString("").equals(nameOrId)
                    && !key.path("status").asString("").equals("revoked")) {
                return key.path("id").asString("");
            }
        }
        return URLEncoder.encode(nameOrId, StandardCharsets.UTF_8);
    }

    /** The key alone on the standard output, so that a script can take it; the rest where people look. */
    private void showOnce(JsonNode made, boolean json) {
        if (json) {
            line(made);
            return;
        }
        context.err()
                .printf(
                        "✓ %s (%s). This is the key; it is not shown again:%n",
                        made.path("name").asString(""), scopes(made));
        context.out().println(made.path("key").asString(""));
    }

    private void line(JsonNode key) {
        context.out().println(new JsonMapper().writeValueAsString(key));
    }

    private void table(JsonNode keys) {
        String row = "%-24s %-13s %-8s %-24s %-8s %s%n";
        context.out().printf(Locale.ROOT, row, "NAME", "ID", "STATUS", "SCOPES", "PRIORITY", "LIMITS");
        for (JsonNode key : keys) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            row,
                            key.path("name").asString(""),
                            key.path("id").asString(""),
                            key.path("status").asString(""),
                            scopes(key),
                            key.path("priority").asString(""),
                            limits(key));
        }
    }

    private static String scopes(JsonNode key) {
        return key.path("scopes").values().stream()
                .map(scope -> scope.asString(""))
                .collect(Collectors.joining(","));
    }

    private static String limits(JsonNode key) {
        return key.path("limits").properties().stream()
                .filter(limit -> limit.getValue().asLong(0) > 0)
                .map(limit -> limit.getValue().asLong(0) + " " + limit.getKey().replace('_', ' '))
                .collect(Collectors.joining(", "));
    }
}
