// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.common.acl.AclBinding;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What an operator of the brokers does for the services. */
@Command(
        name = "kafka",
        description = "Give the services their users and rights at a Kafka cluster of yours.",
        synopsisSubcommandLabel = "acls")
public final class KafkaCommand {
    private static final String TABLE = "deploy/kafka/acls.txt";

    private final Context context;

    public KafkaCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "acls",
            description = {
                "Print what each service may do, and with --bootstrap-server give it these rights, by the catalogue of events.",
                "A second run changes nothing but passwords. After an upgrade run it again."
            },
            footer = {
                "",
                "  ./rivulet kafka acls --bootstrap-server broker-1:9093 --command-config admin.properties --dry-run"
            })
    int acls(
            @Option(
                            names = "--bootstrap-server",
                            paramLabel = "HOST:PORT",
                            description =
                                    "A broker of the cluster; without it the table is printed and nothing is asked.")
                    @Nullable String brokers,
            @Option(
                            names = "--command-config",
                            paramLabel = "FILE",
                            description =
                                    "Properties of the connection as the cluster's operator, as Kafka's tools take them.")
                    @Nullable Path config,
            @Option(
                            names = "--users",
                            paramLabel = "FOLDER",
                            description =
                                    "Make a SCRAM user for each service, with the first line of FOLDER/<service> as its password.")
                    @Nullable Path users,
            @Option(
                            names = "--mechanism",
                            defaultValue = "SCRAM-SHA-512",
                            description = "Of the users: SCRAM-SHA-512 (default) or SCRAM-SHA-256.")
                    String mechanism,
            @Option(names = "--dry-run", description = "Say what would change, and change nothing.") boolean dry,
            @Option(names = "--prune", description = "Take away what the services may do and the table has not.")
                    boolean prune,
            @Option(names = "--table", paramLabel = "FILE", description = "Another table of rights than " + TABLE + ".")
                    @Nullable Path file,
            @Option(names = "--json", description = "Print one JSON object a line.") boolean json)
            throws InterruptedException {
        AclTable table = AclTable.read(file == null ? context.home().checkout().resolve(TABLE) : file);
        ScramUsers wanted = users == null ? null : ScramUsers.read(users, table.services(), mechanism(mechanism));
        if (brokers == null) {
            if (users != null || config != null || dry || prune) {
                throw new UsageException("Give --bootstrap-server, the cluster that this is about.");
            }
            lines(table.rights()).forEach(right -> tell("right", right, right, json));
            return 0;
        }
        try (ClusterRights cluster = new ClusterRights(connection(brokers, config))) {
            apply(cluster, table, wanted, dry, prune, json);
        }
        return 0;
    }

    private void apply(
            ClusterRights cluster, AclTable table, @Nullable ScramUsers users, boolean dry, boolean prune, boolean json)
            throws InterruptedException {
        Set<AclBinding> there = cluster.rights();
        Set<AclBinding> missing = new HashSet<>(table.rights());
        missing.removeAll(there);
        Set<AclBinding> foreign = there.stream().filter(table::isOfAService).collect(Collectors.toSet());
        foreign.removeAll(table.rights());
        if (!dry) {
            if (users != null) {
                cluster.set(users);
            }
            cluster.add(missing);
            if (prune) {
                cluster.remove(foreign);
            }
        }
        if (users != null) {
            users.alterations()
                    .forEach(user -> tell("user", user.user(), "user " + user.user() + " " + users.mechanism(), json));
        }
        lines(missing).forEach(line -> tell("added", line, "+ " + line, json));
        lines(foreign).forEach(line -> tell(prune ? "removed" : "foreign", line, (prune ? "- " : "? ") + line, json));
        String summary = summary(table, users, missing.size(), foreign.size(), dry, prune);
        tell("summary", summary, summary, json);
    }

    private void tell(String what, String value, String line, boolean json) {
        context.out().println(json ? new JsonMapper().writeValueAsString(Map.of(what, value)) : line);
    }

    private static String summary(
            AclTable table, @Nullable ScramUsers users, int missing, int foreign, boolean dry, boolean prune) {
        String verb = dry ? " would be " : " ";
        return table.rights().size() + " rights of " + table.services().size() + " services: " + missing + verb
                + "added, " + (prune ? foreign : 0) + verb + "taken away"
                + (!prune && foreign > 0 ? ", " + foreign + " (?) are not in the table: --prune takes them away" : "")
                + (users == null ? "" : "; " + users.passwords().size() + " users" + verb + "set")
                + ".";
    }

    private static Set<String> lines(Set<AclBinding> rights) {
        return rights.stream().map(AclTable::line).collect(Collectors.toCollection(TreeSet::new));
    }

    private static ScramMechanism mechanism(String name) {
        ScramMechanism mechanism = ScramMechanism.fromMechanismName(name);
        if (mechanism == ScramMechanism.UNKNOWN) {
            throw new UsageException("--mechanism is SCRAM-SHA-512 or SCRAM-SHA-256, not " + name + ".");
        }
        return mechanism;
    }

    /** Settings of a client of the cluster. */
    public static Map<String, Object> connection(String brokers, @Nullable Path config) {
        Map<String, Object> connection = new HashMap<>();
        if (config != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(config, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new UsageException(config + " can't be read as a file of properties.");
            }
            properties.forEach((name, value) -> connection.put(String.valueOf(name), value));
        }
        connection.put("bootstrap.servers", brokers);
        return connection;
    }
}
