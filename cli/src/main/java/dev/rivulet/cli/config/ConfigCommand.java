// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.config;

import static dev.rivulet.cli.models.Said.JSON;
import static dev.rivulet.cli.models.Said.text;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.models.Said;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Looks at settings and changes them, with history. */
@Command(
        name = "config",
        description = {
            "What services are told by config-server. `show` and `refresh` work whatever it keeps settings in; all else where",
            "it keeps them in a database (RIVULET_CONFIG_BACKEND=jdbc): there a value is checked before it is stored, has a",
            "revision and an author, and services say whether they use it. WHERE is a service, or a service and a site;",
            "application is every service.",
            "",
            "  ./rivulet config show gateway-service",
            "  ./rivulet config set gateway-service rivulet.admission.queue=64",
            "  ./rivulet config history gateway-service",
            "  ./rivulet config applied gateway-service",
            "",
            "RIVULET_CONFIG_URL and RIVULET_INTERNAL_TOKEN name another config-server and its token.",
            ""
        },
        synopsisSubcommandLabel = "show|keys|get|set|unset|history|diff|rollback|applied|refresh")
public final class ConfigCommand {
    /** An instance does not use the newest settings. Apart from 1, so that a script can tell them apart. */
    static final int NOT_APPLIED = 3;

    private static final String WHERE = "For whom: a service, or a service and a site as in gateway-service/paris.";
    private static final String REVISION = "The newest revision that you have read (default: the newest there is).";
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|secret|token|credential|private-key|api-key).*");

    private final Context context;

    public ConfigCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "show",
            description = "What a service is told, and by which source; what looks like a secret is hidden.")
    int show(
            @Parameters(paramLabel = "WHERE", description = WHERE) String where,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            Map<String, JsonNode> values = new TreeMap<>();
            Map<String, String> sources = new TreeMap<>();
            for (JsonNode source : calls.served(Place.parse(where)).path("propertySources")) {
                source.path("source").properties().forEach(entry -> {
                    if (values.putIfAbsent(entry.getKey(), entry.getValue()) == null) {
                        sources.put(entry.getKey(), text(source, "name"));
                    }
                });
            }
            for (String key : values.keySet()) {
                String value = SECRET.matcher(key).matches()
                        ? "******"
                        : values.get(key).asString("");
                told(json, Map.of("key", key, "value", value, "source", sources.get(key)), "%-56s %s", key, value);
            }
        }
        return 0;
    }

    @Command(name = "keys", description = "The settings that can be published, and which values they take.")
    int keys(
            @Parameters(paramLabel = "SERVICE", arity = "0..1", description = "Of one service alone.") @Nullable String service,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            calls.catalogue().properties().stream()
                    .filter(entry -> service == null || entry.getKey().equals(service))
                    .forEach(entry -> entry.getValue()
                            .forEach(setting -> told(
                                    json,
                                    Map.of(
                                            "application",
                                            entry.getKey(),
                                            "key",
                                            text(setting, "key"),
                                            "allowed",
                                            text(setting, "allowed")),
                                    "%-20s %-48s %s",
                                    entry.getKey(),
                                    text(setting, "key"),
                                    text(setting, "allowed"))));
        }
        return 0;
    }

    @Command(name = "get", description = "What was published, and the newest revision.")
    int get(
            @Parameters(paramLabel = "WHERE", description = WHERE) String where,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            JsonNode state = calls.published(Place.parse(where));
            if (json) {
                Said.line(context, state);
                return 0;
            }
            line("%s, revision %s", where, text(state, "revision"));
            state.path("values").forEach(value -> line("  %-48s %s", text(value, "key"), text(value, "value")));
        }
        return 0;
    }

    @Command(
            name = "set",
            description =
                    "Publish values as one revision, all or none. One that is out of bounds is refused with the bounds.")
    int set(
            @Parameters(index = "0", paramLabel = "WHERE", description = WHERE) String where,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY=VALUE", description = "What to set.")
                    List<String> settings,
            @Option(names = "--secret", description = "Keep the values encrypted, and show them to services alone.")
                    boolean secret,
            @Option(names = "--revision", description = REVISION) @Nullable Long revision,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new UsageException("\"" + setting + "\" sets nothing: write KEY=VALUE.");
            }
            values.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return publish(where, secret ? "secrets" : "set", values, revision, json);
    }

    @Command(name = "unset", description = "Take values back; services go on with what holds without them.")
    int unset(
            @Parameters(index = "0", paramLabel = "WHERE", description = WHERE) String where,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY", description = "What to take back.")
                    List<String> keys,
            @Option(names = "--revision", description = REVISION) @Nullable Long revision,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return publish(where, "remove", keys, revision, json);
    }

    private int publish(String where, String kind, Object changes, @Nullable Long revision, boolean json)
            throws InterruptedException {
        Place place = Place.parse(where);
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("revision", seen(calls, place, revision));
            body.put(kind, changes);
            published(calls.publish(place, body), place, json);
        }
        return 0;
    }

    private static long seen(ConfigCalls calls, Place place, @Nullable Long revision) throws InterruptedException {
        return revision == null ? calls.published(place).path("revision").asLong(0) : revision;
    }

    private void published(JsonNode revision, Place place, boolean json) {
        if (json) {
            Said.line(context, revision);
            return;
        }
        revision(revision);
        if (revision.path("announced").asBoolean(true)) {
            context.err().println("`./rivulet config applied " + place.application() + "` shows who uses it.");
        } else {
            context.err()
                    .println(
                            "It is stored, but the bus could not carry it: when Kafka is back, `./rivulet config refresh`.");
        }
    }

    @Command(name = "history", description = "Revisions, newest first: who, when, and what was before.")
    int history(
            @Parameters(paramLabel = "WHERE", description = WHERE) String where,
            @Option(names = "--limit", defaultValue = "50", description = "How many at most, up to 200 (default 50).")
                    int limit,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            JsonNode revisions = calls.history(Place.parse(where), limit).path("revisions");
            if (json) {
                revisions.forEach(revision -> Said.line(context, revision));
            } else {
                revisions.forEach(this::revision);
            }
        }
        return 0;
    }

    private void revision(JsonNode revision) {
        String restored = revision.has("restored") ? ", the values of " + text(revision, "restored") : "";
        line(
                "revision %s by %s at %s%s",
                text(revision, "revision"), text(revision, "author"), text(revision, "at"), restored);
        revision.path("changes").forEach(this::change);
    }

    private void change(JsonNode change) {
        line("  %-48s %s → %s", text(change, "key"), text(change, "before"), text(change, "after"));
    }

    @Command(name = "diff", description = "What differs between two revisions; 0 is nothing published.")
    int diff(
            @Parameters(index = "0", paramLabel = "WHERE", description = WHERE) String where,
            @Parameters(index = "1", paramLabel = "FROM", description = "A revision.") long from,
            @Parameters(index = "2", paramLabel = "TO", arity = "0..1", description = "Another (default: the newest).")
                    @Nullable Long to,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        Place place = Place.parse(where);
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            JsonNode difference = calls.diff(place, from, seen(calls, place, to));
            if (json) {
                Said.line(context, difference);
            } else {
                difference.path("changes").forEach(this::change);
            }
        }
        return 0;
    }

    @Command(
            name = "rollback",
            description = "Publish the values of an earlier revision again; they are checked again.")
    int rollback(
            @Parameters(index = "0", paramLabel = "WHERE", description = WHERE) String where,
            @Parameters(index = "1", paramLabel = "REVISION", description = "Whose values.") long target,
            @Option(names = "--revision", description = REVISION) @Nullable Long revision,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        Place place = Place.parse(where);
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            long seen = seen(calls, place, revision);
            published(calls.rollback(place, Map.of("revision", seen, "to", target)), place, json);
        }
        return 0;
    }

    @Command(
            name = "applied",
            description = "Which instances use the newest settings, and which refuse them and why.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:All that reported use them.",
                "1:It could not be asked; the message says what to mend.",
                "2:The command was written wrongly.",
                "3:An instance is behind or refuses them."
            })
    int applied(
            @Parameters(paramLabel = "SERVICE", description = "Which service.") String service,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            JsonNode instances =
                    calls.applied(Place.parse(service).application()).path("instances");
            boolean all = true;
            for (JsonNode instance : instances) {
                all &= text(instance, "state").equals("applied");
                instance(instance, json);
            }
            return all ? 0 : NOT_APPLIED;
        }
    }

    private void instance(JsonNode instance, boolean json) {
        if (json) {
            Said.line(context, instance);
            return;
        }
        line("%-44s %-9s %s", text(instance, "instance"), text(instance, "state"), text(instance, "at"));
        instance.path("refused")
                .properties()
                .forEach(refused -> line(
                        "  %s: %s",
                        refused.getKey(), refused.getValue().asString("").replaceAll("\\p{C}", "?")));
    }

    @Command(
            name = "refresh",
            description = "Tell every service to read its settings again: after a file or a commit changed.")
    int refresh(@Option(names = "--json", description = JSON) boolean json) throws InterruptedException {
        try (ConfigCalls calls = ConfigCalls.of(context)) {
            calls.refresh();
        }
        told(json, Map.of("announced", true), "✓ every service is told to read its settings again");
        return 0;
    }

    private void told(boolean json, Map<String, Object> fields, String format, Object... values) {
        if (json) {
            Said.line(context, fields);
        } else {
            line(format, values);
        }
    }

    private void line(String format, Object... values) {
        context.out().println(String.format(Locale.ROOT, format, values));
    }
}
