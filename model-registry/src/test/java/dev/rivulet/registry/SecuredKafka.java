// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import dev.rivulet.events.KafkaAcl;
import dev.rivulet.events.KafkaAcls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The broker of tests with TLS, SCRAM and the rights that the catalogue gives; each service's password is its name twice. */
final class SecuredKafka {

    /** A fixed place, for settings are read before anything of a test runs. */
    static final String AUTHORITY = "target/kafka-authority.pem";

    private SecuredKafka() {}

    static Broker broker(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new Broker(
                folder.resolve("kafka"), BrokerCertificate.make(folder.resolve("broker.p12"), Path.of(AUTHORITY)));
    }

    static String password(String service) {
        return service + "-" + service;
    }

    /** As the operator of the broker does it, once. */
    static void giveRights(Broker broker) {
        List<UserScramCredentialAlteration> users = KafkaAcls.principals().stream()
                .<UserScramCredentialAlteration>map(service -> new UserScramCredentialUpsertion(
                        service, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password(service)))
                .toList();
        try (Admin operator = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            operator.alterUserScramCredentials(users).all().get();
            operator.createAcls(
                            KafkaAcls.all().stream().map(SecuredKafka::binding).toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static AclBinding binding(KafkaAcl acl) {
        return new AclBinding(
                new ResourcePattern(
                        ResourceType.valueOf(acl.resource().name()),
                        acl.name(),
                        PatternType.valueOf(acl.pattern().name())),
                new AccessControlEntry(
                        "User:" + acl.principal(),
                        "*",
                        AclOperation.valueOf(acl.operation().name()),
                        AclPermissionType.ALLOW));
    }

    /** Settings of a client that connects as a service. */
    static Map<String, Object> client(Broker broker, String service) {
        return Map.of(
                "bootstrap.servers", broker.secureAddress(),
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + service
                                + "\" password=\"" + password(service) + "\";",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", AUTHORITY,
                "allow.auto.create.topics", "false",
                "metadata.recovery.strategy", "none");
    }
}
