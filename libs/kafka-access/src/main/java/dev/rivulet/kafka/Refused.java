// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** Why a broker and a service don't come together, said so that somebody can mend it. */
final class Refused {

    private static final int MOST_CAUSES = 10;

    private Refused() {}

    /**
     * What is wrong; empty if the broker is only away.
     *
     * @param settings of the client; no password of theirs is said
     */
    static Optional<String> of(Throwable failure, Map<String, Object> settings, String user) {
        String brokers = String.valueOf(settings.get("bootstrap.servers"));
        Throwable at = failure;
        for (int i = 0; at != null && i < MOST_CAUSES; i++, at = at.getCause()) {
            if (at instanceof SslAuthenticationException) {
                return Optional.of(
                        "The certificate of Kafka at " + brokers + " is not trusted or not its own: " + root(at)
                                + ". Set RIVULET_KAFKA_CA to the PEM file of the authority that signed it, and call the brokers by a"
                                + " name that it holds.");
            }
            if (at instanceof AuthenticationException) {
                return Optional.of("Kafka at " + brokers + " refused the user '" + user + "' by "
                        + settings.get("sasl.mechanism")
                        + ": it has no such user, or the password is another. Set RIVULET_KAFKA_USER and"
                        + " RIVULET_KAFKA_PASSWORD (or RIVULET_KAFKA_PASSWORD_FILE), or give the user to the broker with"
                        + " kafka-configs.sh --add-config SCRAM-SHA-512, and start again.");
            }
            if (at instanceof AuthorizationException) {
                return Optional.of("Kafka at " + brokers + " does not let the user '" + user + "' do its work: "
                        + at.getMessage() + ". Give it its rights with ./rivulet kafka acls.");
            }
            if (at instanceof ConfigException
                    || at instanceof InvalidConfigurationException
                    || (at instanceof KafkaException && at.getCause() == null && isOfTruststore(at))) {
                return Optional.of("The settings of Kafka's clients are wrong: " + at.getMessage()
                        + " Set RIVULET_KAFKA_CA to a readable PEM file of certificates, and start again.");
            }
        }
        return Optional.empty();
    }

    private static boolean isOfTruststore(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains("SSL");
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; root.getCause() != null && i < MOST_CAUSES; i++) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
