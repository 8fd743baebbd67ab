// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.topics;

import dev.rivulet.events.Topic;
import dev.rivulet.kafka.KafkaConnections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.springframework.core.env.Environment;

/**
 * Where and how to connect to Kafka.
 *
 * @param settings of every client, {@code bootstrap.servers} among them
 * @param copies of a topic that is made here; −1 leaves it to the broker
 */
public record KafkaConnection(Map<String, Object> settings, short copies) {

    private static final long MAKE_SECONDS = 10;

    public KafkaConnection {
        settings = Map.copyOf(settings);
    }

    /** As the binder of Spring Cloud Stream connects. */
    public static KafkaConnection of(Environment environment) {
        return new KafkaConnection(
                KafkaConnections.settings(environment),
                environment.getProperty(KafkaConnections.BINDER + "replication-factor", Short.class, (short) -1));
    }

    /**
     * Makes topics where they are missing. Those that this service may not make are left to their owner.
     *
     * @throws KafkaException if that is not known in time
     */
    public void make(List<Topic> topics) {
        try (Admin admin = Admin.create(settings)) {
            for (KafkaFuture<Void> made : admin.createTopics(
                            topics.stream().map(this::fresh).toList())
                    .values()
                    .values()) {
                await(made);
            }
        }
    }

    private NewTopic fresh(Topic topic) {
        return new NewTopic(topic.name(), topic.partitions(), copies).configs(topic.settings());
    }

    private static void await(KafkaFuture<Void> made) {
        try {
            made.get(MAKE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException
                    || e.getCause() instanceof TopicAuthorizationException)) {
                throw new KafkaException("A topic can't be made", e.getCause());
            }
        } catch (TimeoutException e) {
            throw new KafkaException("A topic can't be made in time", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Never the settings: they may hold secrets. */
    @Override
    public String toString() {
        return "KafkaConnection[" + copies + "]";
    }
}
