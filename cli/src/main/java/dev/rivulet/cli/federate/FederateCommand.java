// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static dev.rivulet.cli.models.Said.text;

import dev.rivulet.audit.AuditKey;
import dev.rivulet.audit.AuditVerifier;
import dev.rivulet.audit.Checkpoint;
import dev.rivulet.audit.PrivacySpend;
import dev.rivulet.audit.Verification;
import dev.rivulet.audit.Verification.Broken;
import dev.rivulet.audit.Verification.Intact;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.models.Said;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes federations, follows them, and checks what they wrote down. */
@Command(
        name = "federate",
        description = {
            "Let devices train one model together: what they learn from never leaves them. A federation is made of settings",
            "and a first model; devices enrol with a token, and rounds begin when enough of them wait.",
            "",
            "  ./rivulet federate demo                       # everything by one command; nothing needs to run",
            "  ./rivulet federate create desk settings.json --zeros weight=384x43,bias=43",
            "  ./rivulet federate tokens desk --uses 40",
            "  ./rivulet federate start desk && ./rivulet federate watch desk",
            ""
        },
        synopsisSubcommandLabel = "create|list|show|start|stop|watch|report|tokens|demo|simulate|verify")
public final class FederateCommand {

    /** The log was edited. Apart from 1 (it could not be checked), so that a script can tell them apart. */
    static final int EDITED = 3;

    private static final int LARGEST = 1 << 14;
    private static final String FEDERATION = "The federation.";

    private final Context context;

    public FederateCommand(Context context) {
        this.context = context;
    }

    @Command(name = "list", description = "List the federations.")
    int list(@Option(names = "--json", description = Said.JSON) boolean json) throws InterruptedException {
        try (FederationCalls calls = FederationCalls.of(context)) {
            JsonNode all = calls.list();
            if (json) {
                all.forEach(each -> Said.line(context, each));
            } else {
                table(all);
            }
        }
        return 0;
    }

    private void table(JsonNode all) {
        String row = "%-28s %8s %6s %6s %-12s %s%n";
        context.out().printf(Locale.ROOT, row, "FEDERATION", "VERSION", "BEST", "ROUND", "STATE", "ROUNDS");
        for (JsonNode each : all) {
            String stopped = text(each, "stopped");
            boolean running = each.path("running").asBoolean(false);
            context.out()
                    .printf(
                            Locale.ROOT,
                            row,
                            text(each, "name"),
                            text(each, "version"),
                            text(each, "best_version"),
                            text(each, "round"),
                            text(each, "state"),
                            stopped.equals("-") ? (running ? "go on" : "stopped") : stopped.replace('_', ' '));
        }
    }

    @Command(name = "show", description = "Show a federation: its settings and the round that goes on.")
    int show(
            @Parameters(paramLabel = "NAME", description = FEDERATION) String name,
            @Option(names = "--json", description = Said.JSON) boolean json)
            throws InterruptedException {
        try (FederationCalls calls = FederationCalls.of(context)) {
            show(calls.get(name), json);
        }
        return 0;
    }

    private void show(JsonNode federation, boolean json) {
        if (json) {
            Said.line(context, federation);
            return;
        }
        table(JsonMapper.shared().createArrayNode().add(federation));
        line("  round", text(federation, "counted") + " answered, " + text(federation, "pending") + " at work");
        federation
                .path("dropped")
                .properties()
                .forEach(each -> line(
                        "  dropped",
                        each.getKey() + ": " + each.getValue().asString("").replaceAll("\\p{C}", "?")));
        federation
                .path("settings")
                .properties()
                .forEach(each -> line("  " + each.getKey(), each.getValue().toString()));
    }

    @Command(name = "start", description = "Let rounds begin; they do as soon as enough devices wait.")
    int start(
            @Parameters(paramLabel = "NAME", description = FEDERATION) String name,
            @Option(names = "--json", description = Said.JSON) boolean json)
            throws InterruptedException {
        return change(name, "start", json);
    }

    @Command(name = "stop", description = "Begin no further round; the one that goes on ends by itself.")
    int stop(
            @Parameters(paramLabel = "NAME", description = FEDERATION) String name,
            @Option(names = "--json", description = Said.JSON) boolean json)
            throws InterruptedException {
        return change(name, "stop", json);
    }

    private int change(String name, String action, boolean json) throws InterruptedException {
        try (FederationCalls calls = FederationCalls.of(context)) {
            show(calls.change(name, action), json);
        }
        return 0;
    }

    @Command(
            name = "tokens",
            description = "Make a token by which devices enrol. It is told once; the service keeps its digest alone.")
    int tokens(
            @Parameters(paramLabel = "NAME", description = FEDERATION) String name,
            @Option(names = "--uses", defaultValue = "1", description = "Devices that may enrol by it (default 1).")
                    int uses,
            @Option(names = "--life", description = "How long, in ISO-8601 as in PT2H; a day unless given.") @Nullable String life,
            @Option(names = "--json", description = Said.JSON) boolean json)
            throws InterruptedException {
        try (FederationCalls calls = FederationCalls.of(context)) {
            JsonNode token = calls.token(name, uses, life);
            if (json) {
                Said.line(context, token);
            } else {
                context.out().println(text(token, "token"));
                context.err().println("for " + uses + " of the devices of " + name + "; it is not shown again");
            }
        }
        return 0;
    }

    @Command(
            name = "verify",
            description = {
                "Find any edit of an audit log: a changed byte, an entry taken out, put in, moved or cut off, a wrong key, time that goes back, ε that does not add up.",
                "Without --key the log itself says whose it is; without --checkpoint entries may be missing at its end."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:The log is intact.",
                "1:It could not be checked; the message says what to mend.",
                "2:The command was written wrongly.",
                "3:The log was edited."
            })
    int verify(
            @Parameters(paramLabel = "FILE", description = "The log, one JSON object a line.") Path file,
            @Option(
                            names = "--key",
                            paramLabel = "PUBLIC_KEY_FILE",
                            description = "The federation's first public key, PEM, from whoever runs it.")
                    @Nullable Path keyFile,
            @Option(names = "--checkpoint", paramLabel = "FILE", description = "A checkpoint that was kept elsewhere.")
                    @Nullable Path checkpointFile,
            @Option(names = "--json", description = "Print the result as one JSON object.") boolean json)
            throws IOException {
        AuditKey key = keyFile == null ? null : key(keyFile);
        Checkpoint checkpoint = checkpointFile == null ? null : checkpoint(checkpointFile);
        if (!Files.isRegularFile(file)) {
            throw new UsageException(file + " is not there, or no file. Name the log, as in docs/federation-audit.md.");
        }
        Verification found;
        try (InputStream in = Files.newInputStream(file)) {
            found = new AuditVerifier(AuditVerifier.MOST_ENTRIES).verify(in, key, checkpoint);
        } catch (IOException e) {
            throw new UsageException(file + " can't be read: " + e.getMessage());
        }
        switch (found) {
            case Intact intact when json -> print(fields(intact));
            case Intact intact -> tell(intact);
            case Broken broken when json -> print(fields(broken));
            case Broken broken -> tell(file, broken);
        }
        return found instanceof Intact ? 0 : EDITED;
    }

    private static AuditKey key(Path file) {
        try {
            return AuditKey.ofPem(small(file));
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + " is no Ed25519 public key in PEM, as openssl pkey -pubout writes it: "
                    + e.getMessage() + ".");
        }
    }

    private static Checkpoint checkpoint(Path file) {
        try {
            return Checkpoint.parse(small(file));
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    file + " is no checkpoint of an audit log, or was edited: " + e.getMessage() + ".");
        }
    }

    private static String small(Path file) {
        try {
            return Files.size(file) > LARGEST ? "" : Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException(file + " can't be read; is it there?");
        }
    }

    private void tell(Intact intact) {
        PrivacySpend privacy = intact.privacy();
        line("✓ intact", intact.entries() + " entries of " + intact.federation());
        line("  time", intact.from() + " to " + intact.to());
        String version = intact.version();
        line("  rounds", intact.rounds() + (version == null ? "" : ", the last made version " + version));
        line(
                "  privacy",
                privacy == null
                        ? "no differential privacy"
                        : "ε %s, δ %s in all"
                                .formatted(
                                        privacy.epsilonTotal().toPlainString(),
                                        privacy.deltaTotal().toPlainString()));
        line(
                "  key",
                intact.key().id()
                        + (intact.isKeyKnown()
                                ? ""
                                : ", on the log's own word: give --key to be sure whose log this is"));
        line(
                "  end",
                intact.checkpoint() == 0
                        ? "not known: give --checkpoint to find entries that were cut off"
                        : "at least the " + intact.checkpoint() + " entries of the checkpoint");
        line("  last", intact.last());
    }

    private void tell(Path file, Broken broken) {
        line("✗ edited", file + ", line " + broken.line());
        line("  what", broken.what());
        line("  found by", broken.check().words());
        line("  before", broken.line() - 1 + " entries are as they were written; what comes after is not judged");
    }

    private void line(String name, String value) {
        context.out().printf(Locale.ROOT, "%-11s %s%n", name, value);
    }

    private static Map<String, Object> fields(Intact intact) {
        PrivacySpend privacy = intact.privacy();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("intact", true);
        fields.put("federation", intact.federation());
        fields.put("entries", intact.entries());
        fields.put("rounds", intact.rounds());
        if (intact.version() != null) {
            fields.put("version", intact.version());
        }
        if (privacy != null) {
            fields.put("epsilon", privacy.epsilonTotal().toPlainString());
            fields.put("delta", privacy.deltaTotal().toPlainString());
        }
        fields.put("from", intact.from().toString());
        fields.put("to", intact.to().toString());
        fields.put("key", intact.key().id());
        fields.put("key_known", intact.isKeyKnown());
        fields.put("checkpoint", intact.checkpoint());
        fields.put("last", intact.last());
        return fields;
    }

    private static Map<String, Object> fields(Broken broken) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("intact", false);
        fields.put("line", broken.line());
        fields.put("check", broken.check().name().toLowerCase(Locale.ROOT));
        fields.put("what", broken.what());
        return fields;
    }

    private void print(Map<String, Object> fields) {
        context.out().println(new JsonMapper().writeValueAsString(fields));
    }
}
