// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * How a member of a group takes part in it. Where the brokers miss a silent member of the group within ten seconds, it speaks the
 * protocol of KIP-848, in which they assign partitions and nobody waits for the slowest; that time is theirs to say there, by
 * {@code consumer.session.timeout.ms} of the group or {@code group.consumer.session.timeout.ms} of the broker, 45 s unless somebody set
 * it. Where they do not, or know of no such group, members assign partitions among themselves, cooperatively, and say themselves how
 * long they may be silent. Members of both kinds may be in one group.
 */
public final class GroupMembership {

    /** Who was killed is missed this soon, and its partitions are read elsewhere. */
    public static final Duration SESSION = Duration.ofSeconds(6);

    /** The longest silence for which the protocol of KIP-848 is spoken. */
    static final Duration LONGEST_SESSION = Duration.ofSeconds(10);

    private static final Duration HEARTBEAT = Duration.ofMillis(1500);
    private static final String SESSION_OF_GROUP = "consumer.session.timeout.ms";
    private static final String MEMBER = "group.instance.id";
    private static final int ASKING_SECONDS = 5;
    private static final int LONGEST_NAME = 200;

    private GroupMembership() {}

    /**
     * Settings of a consumer that joins a group. Asks the brokers, for some seconds at most.
     *
     * @param connection how clients connect, {@code bootstrap.servers} among it
     * @throws KafkaException if no broker answers in time
     */
    public static Map<String, Object> settings(Map<String, Object> connection, String group) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("group.id", group);
        List.of("session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy", "group.protocol")
                .forEach(settings::remove);
        boolean soon = session(connection, group)
                .filter(silence -> silence.compareTo(LONGEST_SESSION) <= 0)
                .isPresent();
        if (soon) {
            settings.put("group.protocol", "consumer");
        } else {
            settings.put("session.timeout.ms", Long.toString(SESSION.toMillis()));
            settings.put("heartbeat.interval.ms", Long.toString(HEARTBEAT.toMillis()));
            settings.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        }
        return settings;
    }

    /**
     * The same connection for a member with a name of its own: one that comes back within the session goes on with the partitions that it
     * had, and the group does not move. No two members of a group may have one name: they would take it from each other for ever.
     *
     * @param name of this process among all of its group, blank for none; characters that Kafka does not take are replaced
     */
    public static Map<String, Object> named(Map<String, Object> connection, String name) {
        Map<String, Object> settings = new HashMap<>(connection);
        if (name.isBlank()) {
            return settings;
        }
        String plain = name.replaceAll("[^a-zA-Z0-9._-]", "_");
        settings.put(MEMBER, plain.substring(0, Math.min(LONGEST_NAME, plain.length())));
        return settings;
    }

    /** The connection of other clients of the same process. */
    static Map<String, Object> unnamed(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.remove(MEMBER);
        return settings;
    }

    /** How long the brokers let a member of this group be silent; empty if they don't say. */
    private static Optional<Duration> session(Map<String, Object> connection, String group) {
        ConfigResource wanted = new ConfigResource(ConfigResource.Type.GROUP, group);
        Map<String, Object> settings = unnamed(connection);
        settings.put("request.timeout.ms", Integer.toString(ASKING_SECONDS * 1000 / 2));
        settings.put("default.api.timeout.ms", Integer.toString(ASKING_SECONDS * 1000));
        Admin admin = Admin.create(settings);
        try {
            Map<ConfigResource, Config> told =
                    admin.describeConfigs(List.of(wanted)).all().get(ASKING_SECONDS, TimeUnit.SECONDS);
            return Optional.ofNullable(told.get(wanted))
                    .map(all -> all.get(SESSION_OF_GROUP))
                    .map(ConfigEntry::value)
                    .map(Long::parseLong)
                    .map(Duration::ofMillis);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                throw new KafkaException("The brokers do not say how the group " + group + " is kept", e.getCause());
            }
            return Optional.empty();
        } catch (TimeoutException e) {
            throw new KafkaException("The brokers do not say in time how the group " + group + " is kept", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
