// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import dev.rivulet.cli.home.UsageException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;

/** Users and rights of a cluster, as its operator sees and changes them. Everything ends within a bounded time. */
final class ClusterRights implements AutoCloseable {
    private static final int ANSWER_MILLIS = 20_000;

    private final String brokers;
    private final Admin admin;

    /**
     * @param connection {@code bootstrap.servers} and what secures it
     * @throws UsageException if these are no settings of a client
     */
    ClusterRights(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.putIfAbsent("request.timeout.ms", ANSWER_MILLIS / 2);
        settings.putIfAbsent("default.api.timeout.ms", ANSWER_MILLIS);
        this.brokers = String.valueOf(connection.get("bootstrap.servers"));
        try {
            this.admin = Admin.create(settings);
        } catch (KafkaException e) {
            throw new UsageException("No client can be made for " + brokers + ": "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        }
    }

    /** All rights there are. */
    Set<AclBinding> rights() throws InterruptedException {
        return new HashSet<>(done(admin.describeAcls(AclBindingFilter.ANY).values()));
    }

    void add(Collection<AclBinding> rights) throws InterruptedException {
        if (!rights.isEmpty()) {
            done(admin.createAcls(rights).all());
        }
    }

    void remove(Collection<AclBinding> rights) throws InterruptedException {
        if (!rights.isEmpty()) {
            done(admin.deleteAcls(rights.stream().map(AclBinding::toFilter).toList())
                    .all());
        }
    }

    /** Makes users, or gives those that are there these passwords. */
    void set(ScramUsers users) throws InterruptedException {
        done(admin.alterUserScramCredentials(users.alterations()).all());
    }

    private <T> T done(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new UsageException("No answer from " + brokers + " within " + ANSWER_MILLIS / 1000 + " s.");
        } catch (ExecutionException e) {
            throw new UsageException(brokers + " " + refusal(Objects.requireNonNullElse(e.getCause(), e)));
        }
    }

    private static String refusal(Throwable cause) {
        return switch (cause) {
            case SecurityDisabledException _ ->
                "knows no rights: set authorizer.class.name of the brokers, as docs/security-kafka.md says.";
            case AuthenticationException e ->
                "does not take this connection (" + e.getMessage() + "): check --command-config.";
            case AuthorizationException _ ->
                "does not let this user change rights: connect as one of super.users, by --command-config.";
            case org.apache.kafka.common.errors.TimeoutException _ ->
                "did not answer in time: check the address, and whether --command-config has the right security.protocol.";
            default -> "refused it: " + cause.getMessage();
        };
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
