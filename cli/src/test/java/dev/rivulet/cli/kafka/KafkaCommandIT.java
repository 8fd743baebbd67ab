// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.cli.Checkout;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a real broker that asks everybody who he is and what he may. */
class KafkaCommandIT {
    private static final Path TABLE = Checkout.path().resolve("deploy/kafka/acls.txt");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OWN = "identity.key.changed";
    private static final String FOREIGN = "model.version.changed";

    @TempDir
    static Path data;

    @TempDir
    Path folder;

    private static SecuredBroker broker;
    private Path users;

    /** How a command ended. */
    private record Ended(int exit, String out, String err) {}

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new SecuredBroker(data.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void givePasswords() throws Exception {
        users = Files.createDirectories(folder.resolve("users"));
        for (String service : AclTable.read(TABLE).services()) {
            Files.writeString(users.resolve(service), "secret of " + service + "\nwhat else stands there\n");
        }
    }

    /** Each test finds a broker that knows nobody. */
    @AfterEach
    void forgetAll() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.operator()))) {
            admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
            List<UserScramCredentialAlteration> all = admin.describeUserScramCredentials().all().get().keySet().stream()
                    .<UserScramCredentialAlteration>map(
                            user -> new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512))
                    .toList();
            admin.alterUserScramCredentials(all).all().get();
        }
    }

    @Test
    void servicesGetTheirUsersAndTheRightsOfTheTableAndASecondRunChangesNone() throws Exception {
        Set<String> table = Files.readAllLines(TABLE).stream().collect(Collectors.toSet());

        Ended dry = acls("--users", users.toString(), "--dry-run");
        assertThat(dry.exit()).as(dry.err()).isZero();
        assertThat(dry.out().lines()).contains("+ gateway-service TOPIC LITERAL " + OWN + " WRITE");
        assertThat(dry.out())
                .contains(table.size() + " would be added", "user gateway-service")
                .doesNotContain("secret");
        assertThat(rights()).isEmpty();
        assertThatThrownBy(() -> writes("gateway-service", OWN)).hasCauseInstanceOf(SaslAuthenticationException.class);

        Ended done = acls("--users", users.toString());
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.out()).contains(table.size() + " added, 0 taken away");
        assertThat(rights().stream().map(AclTable::line)).containsExactlyInAnyOrderElementsOf(table);
        for (String topic : List.of(OWN, FOREIGN)) {
            make(topic);
        }
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> writes("gateway-service", OWN));
        assertThatThrownBy(() -> writes("gateway-service", FOREIGN))
                .hasCauseInstanceOf(TopicAuthorizationException.class);

        assertThat(acls().out()).contains(": 0 added, 0 taken away").doesNotContain("+ ");
    }

    @Test
    void whatIsNotInTheTableIsToldAndTakenAwayOnlyOnDemandAndNeverFromOthers() throws Exception {
        acls();
        AclBinding stale = right("User:gateway-service", FOREIGN);
        AclBinding others = right("User:somebody-else", FOREIGN);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.operator()))) {
            admin.createAcls(List.of(stale, others)).all().get();
        }

        assertThat(acls().out())
                .contains("? " + AclTable.line(stale), "--prune")
                .doesNotContain("somebody-else");
        assertThat(acls("--prune", "--dry-run").out()).contains("- " + AclTable.line(stale), "1 would be taken away");
        assertThat(rights()).contains(stale);
        assertThat(acls("--prune").out()).contains("0 added, 1 taken away");
        assertThat(rights()).doesNotContain(stale).contains(others);
    }

    @Test
    void whatCanNotBeDoneIsSaidWithWhatToMend() throws Exception {
        acls("--users", users.toString());
        Path config = folder.resolve("gateway.properties");
        Map<String, Object> service = service("gateway-service");
        Files.write(
                config,
                service.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList());
        Ended refused = rivulet("--bootstrap-server", broker.services(), "--command-config", config.toString());
        assertThat(refused.exit()).isOne();
        assertThat(refused.err()).contains("does not let this user change rights", "super.users");

        Files.writeString(users.resolve("console"), "a ${PASSWORD}\n");
        Files.delete(users.resolve("config-server"));
        Ended secrets = acls("--users", users.toString());
        assertThat(secrets.exit()).isOne();
        assertThat(secrets.err()).contains("for config-server, console").doesNotContain("PASSWORD}");

        Path table = Files.writeString(folder.resolve("table"), "gateway-service TOPIC LITERAL * WRITE\n");
        assertThatThrownBy(() -> AclTable.read(table))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("TOPIC LITERAL *");
        assertThat(acls("--mechanism", "PLAIN", "--users", users.toString()).err())
                .contains("SCRAM-SHA-512");
    }

    private Ended acls(String... more) {
        List<String> words = new ArrayList<>(List.of("--bootstrap-server", broker.operator()));
        words.addAll(List.of(more));
        return rivulet(words.toArray(String[]::new));
    }

    private Ended rivulet(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Context context = new Context(
                new RivuletHome(folder.resolve("home"), Checkout.path()),
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        CommandLine command = new CommandLine(new KafkaCommand(context));
        command.setExecutionExceptionHandler((failure, _, _) -> {
            if (failure instanceof UsageException) {
                context.err().println(failure.getMessage());
                return 1;
            }
            throw failure;
        });
        List<String> all = new ArrayList<>(List.of("acls"));
        all.addAll(List.of(words));
        int exit = command.execute(all.toArray(String[]::new));
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Set<AclBinding> rights() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.operator()))) {
            return new HashSet<>(
                    admin.describeAcls(AclBindingFilter.ANY).values().get());
        }
    }

    private void make(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.operator()))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
    }

    private static AclBinding right(String principal, String topic) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", AclOperation.READ, AclPermissionType.ALLOW));
    }

    private Map<String, Object> service(String name) throws IOException {
        String password = Files.readAllLines(users.resolve(name)).getFirst();
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + name + "\" password=\""
                        + password + "\";");
    }

    private void writes(String service, String topic) throws IOException, InterruptedException, ExecutionException {
        Map<String, Object> settings = new HashMap<>(service(service));
        settings.put("bootstrap.servers", broker.services());
        settings.put("max.block.ms", "20000");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1})).get();
        }
    }
}
