// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.replay;

import static dev.rivulet.cli.models.Said.JSON;
import static dev.rivulet.cli.models.Said.text;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.models.Said;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lists, shows, mends and sends back dead letters. */
@Command(
        name = "replay",
        description = {
            "A record of Kafka that a service could not take is parked as a dead letter, with the reason; what comes later",
            "with the same key waits behind it, so that the order holds. Look at it, mend it if it is broken, and send it",
            "back: the service takes it once, however often it is sent, and what waited follows in order. Or discard it:",
            "then it has no effect, and what waited goes on.",
            "",
            "  ./rivulet replay rehearse     # makes one on purpose",
            "  ./rivulet replay list",
            "  ./rivulet replay show d-0123456789abcdef0123",
            "  ./rivulet replay edit d-0123456789abcdef0123 --payload mended.json",
            "  ./rivulet replay send d-0123456789abcdef0123",
            "  ./rivulet replay discard d-0123456789abcdef0123 --reason \"a test of ours\"",
            "",
            "RIVULET_REGISTRY_URL and RIVULET_INTERNAL_TOKEN name another registry and its token.",
            ""
        },
        synopsisSubcommandLabel = "list|show|edit|send|discard|rehearse")
public final class ReplayCommand {
    private static final String LETTERS = "/api/dead-letters";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ID = "Id of the dead letter, as `list` shows it.";
    private static final long LARGEST = 1 << 20;

    private final Context context;

    public ReplayCommand(Context context) {
        this.context = context;
    }

    @Command(name = "list", description = "List dead letters, oldest first.")
    int list(
            @Option(names = "--topic", description = "Of one topic alone.") @Nullable String topic,
            @Option(names = "--reader", description = "Of one reader (consumer group) alone.") @Nullable String reader,
            @Option(
                            names = "--cause",
                            description =
                                    "malformed, unknown_type, newer_schema, too_large, effect_failed or waiting alone.")
                    @Nullable String cause,
            @Option(
                            names = "--state",
                            defaultValue = "parked",
                            description = "parked (default), sending, replayed, discarding, discarded or all.")
                    String state,
            @Option(names = "--older-than-seconds", defaultValue = "0", description = "Only those parked longer ago.")
                    long olderThan,
            @Option(names = "--after", defaultValue = "0", description = "Go on where a page ended.") long after,
            @Option(names = "--limit", defaultValue = "100", description = "How many at most, up to 500.") int limit,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        String query = LETTERS + "?limit=" + limit + "&after=" + after + "&older_than_seconds=" + olderThan
                + asked("state", state) + asked("topic", topic) + asked("reader", reader) + asked("cause", cause);
        try (Api api = ModelsCommand.registry(context)) {
            JsonNode page = api.get(query, PATIENCE);
            if (json) {
                page.path("letters").forEach(letter -> Said.line(context, letter));
            } else {
                table(page.path("letters"));
            }
            if (page.path("next").isNumber()) {
                context.err()
                        .println("There are more: add --after "
                                + page.path("next").asLong());
            }
        }
        return 0;
    }

    @Command(name = "show", description = "Show a dead letter: why it is here, its headers, its payload, what waits.")
    int show(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (Api api = ModelsCommand.registry(context)) {
            show(api.get(path(id), PATIENCE), json);
        }
        return 0;
    }

    @Command(
            name = "edit",
            description = {
                "Give a dead letter another payload: a file with the event in Protobuf's JSON, as `show` prints it.",
                "What is no event of its topic is refused with what is wrong."
            })
    int edit(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(
                            names = "--payload",
                            required = true,
                            paramLabel = "FILE",
                            description = "The payload; 1 MB at most.")
                    Path file,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        Map<String, Object> body = Map.of("payload", payload(file));
        try (Api api = ModelsCommand.registry(context)) {
            show(api.send("PUT", path(id) + "/payload", body, PATIENCE), json);
        }
        return 0;
    }

    @Command(
            name = "send",
            aliases = "replay",
            description = "Send a dead letter back to its reader; what waits behind it follows.")
    int send(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--reason", description = "Why, for those who look at it later.") @Nullable String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return decide(id, "replay", reason, json);
    }

    @Command(name = "discard", description = "Give a dead letter up; what waits behind it goes on.")
    int discard(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--reason", required = true, description = "Why, for those who look for its effect.")
                    String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return decide(id, "discard", reason, json);
    }

    private int decide(String id, String action, @Nullable String reason, boolean json) throws InterruptedException {
        try (Api api = ModelsCommand.registry(context)) {
            show(api.send("POST", path(id) + "/" + action, Said.by(context, reason), PATIENCE), json);
        }
        return 0;
    }

    private static String asked(String name, @Nullable String value) {
        return value == null ? "" : "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String path(String id) {
        return LETTERS + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    private static JsonNode payload(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new UsageException(file + " is larger than 1 MB, which no record is.");
            }
            return new JsonMapper().readTree(Files.readAllBytes(file));
        } catch (IOException | JacksonException e) {
            throw new UsageException(file + " can't be read as JSON: " + e.getMessage());
        }
    }

    private void table(JsonNode letters) {
        String row = "%-22s %-26s %-30s %-13s %8s  %s%n";
        context.out().printf(Locale.ROOT, row, "ID", "READER", "TOPIC", "CAUSE", "ATTEMPTS", "REASON");
        for (JsonNode letter : letters) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            row,
                            text(letter, "id"),
                            text(letter, "reader"),
                            text(letter, "topic"),
                            text(letter, "cause"),
                            text(letter, "attempts"),
                            text(letter, "reason"));
        }
    }

    private void show(JsonNode whole, boolean json) {
        if (json) {
            Said.line(context, whole);
            return;
        }
        JsonNode letter = whole.path("letter");
        line("%s  %s, %s", text(letter, "id"), text(letter, "state"), text(letter, "cause"));
        line("  reason    %s", text(letter, "reason"));
        line("  reader    %s, tried %s times", text(letter, "reader"), text(letter, "attempts"));
        line(
                "  record    %s-%s offset %s of %s, key %s",
                text(letter, "topic"),
                text(letter, "partition"),
                text(letter, "offset"),
                text(letter, "recorded_at"),
                text(letter, "key"));
        line("  behind it %s wait; it waits for %s", text(whole, "waiting_behind"), text(whole, "waits_for"));
        for (Map.Entry<String, JsonNode> header : whole.path("headers").properties()) {
            line("  header    %s: %s", header.getKey(), text(whole.path("headers"), header.getKey()));
        }
        JsonNode payload = whole.path("payload");
        line("  payload   %s", payload.isMissingNode() ? "no " + text(whole, "type") : payload.toString());
        if (whole.path("dropped_bytes").asLong(0) > 0) {
            line("  dropped   %s bytes, for which the topic had no room", text(whole, "dropped_bytes"));
        }
        decision(whole.path("decision"));
        whole.path("stack")
                .asString("")
                .lines()
                .limit(12)
                .forEach(each -> line("  %s", each.replaceAll("\\p{C}", " ")));
    }

    private void decision(JsonNode decision) {
        if (decision.isObject()) {
            line("  decided   by %s at %s: %s", text(decision, "by"), text(decision, "at"), text(decision, "why"));
        }
    }

    private void line(String format, Object... values) {
        context.out().println(String.format(Locale.ROOT, format, values));
    }
}
