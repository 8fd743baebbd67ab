// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import java.util.Locale;

/**
 * One right of one service at the broker: {@code principal} may do {@code operation} to what {@code name} names. Kafka's own words,
 * see <a href="https://kafka.apache.org/documentation/#security_authz">Authorization and ACLs</a>.
 *
 * @param principal the service, which is also the name of its user at the broker
 * @param resource what kind of thing
 * @param pattern whether {@code name} is the thing's whole name or how it begins
 * @param name of the thing, never {@code *}
 * @param operation what may be done
 */
public record KafkaAcl(String principal, Resource resource, Pattern pattern, String name, Operation operation)
        implements Comparable<KafkaAcl> {

    /** Kinds of things, by Kafka's names. */
    public enum Resource {
        TOPIC,
        GROUP,
        TRANSACTIONAL_ID,
        CLUSTER
    }

    /** How a name is meant, by Kafka's names. */
    public enum Pattern {
        LITERAL,
        PREFIXED
    }

    /** What is done, by Kafka's names. */
    public enum Operation {
        READ,
        WRITE,
        CREATE,
        ALTER,
        DESCRIBE,
        DESCRIBE_CONFIGS,
        ALTER_CONFIGS;

        /** As {@code kafka-acls.sh} spells it, such as {@code DescribeConfigs}. */
        String spelled() {
            StringBuilder spelled = new StringBuilder();
            for (String word : name().split("_", -1)) {
                spelled.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
            return spelled.toString();
        }
    }

    public KafkaAcl {
        if (name.isEmpty() || name.contains("*")) {
            throw new IllegalArgumentException("a right names one thing, or the beginning of several: " + name);
        }
    }

    @Override
    public int compareTo(KafkaAcl other) {
        return toString().compareTo(other.toString());
    }

    /** {@code principal resource pattern name operation}, a line of the table that is checked in. */
    @Override
    public String toString() {
        return String.join(" ", principal, resource.name(), pattern.name(), name, operation.name());
    }
}
