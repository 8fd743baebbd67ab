package dev.rivulet.cli.federate;

import dev.rivulet.audit.AuditKey;
import dev.rivulet.audit.AuditVerifier;
import dev.rivulet.audit.Checkpoint;
import dev.rivulet.audit.PrivacySpend;
import dev.rivulet.audit.Verification;
import dev.rivulet.audit.Verification.Broken;
import dev.rivulet.audit.Verification.Intact;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
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
import tools.jackson.databind.json.JsonMapper;

/** Checks the audit log of a federation, with no service running. */
@Command(
        name = "federate",
        description = {
            "Check what a federation wrote down about itself: every round, version, contributor (by pseudonym) and ε spent.",
            "Works on files alone; nothing needs to run."
        },
        synopsisSubcommandLabel = "verify")
public final class FederateCommand {

    /** The log was edited. Apart from 1 (it could not be checked), so that a script can tell them apart. */
    static final int EDITED = 3;

    private static final int LARGEST = 1 << 14;

    private final Context context;

    public FederateCommand(Context context) {
        this.context = context;
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
