// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * As whom a service connects to Kafka and which brokers it trusts. Only a service's own environment, files and arguments are asked
 * for it, never config-server.
 *
 * @param protocol as Kafka names it. Default: {@code RIVULET_KAFKA_PROTOCOL}, else none of both
 * @param mechanism of SASL, by which the password itself never travels. Default: {@code RIVULET_KAFKA_MECHANISM}
 * @param username Default: {@code RIVULET_KAFKA_USER}, else the name of the service, which its ACLs are made for
 * @param password Default: {@code RIVULET_KAFKA_PASSWORD}
 * @param passwordFile holds the password instead, in its first line. Default: {@code RIVULET_KAFKA_PASSWORD_FILE}
 * @param truststore certificates that brokers must be signed by; empty for those that the JDK trusts. Default: {@code
 *     RIVULET_KAFKA_CA}
 * @param truststoreType {@code PEM}, {@code PKCS12} or {@code JKS}
 * @param truststorePassword of the latter two
 */
public record KafkaSecurity(
        @DefaultValue("PLAINTEXT") Protocol protocol,
        @DefaultValue("SCRAM-SHA-512") String mechanism,
        @DefaultValue("") String username,
        @Nullable String password,
        @DefaultValue("") String passwordFile,
        @DefaultValue("") String truststore,
        @DefaultValue("PEM") TruststoreType truststoreType,
        @Nullable String truststorePassword) {

    /** Where its settings are. */
    static final String PREFIX = "rivulet.kafka.security";

    /** Whether a connection is encrypted, and whether a client says who it is. */
    public enum Protocol {
        PLAINTEXT,
        SSL,
        SASL_PLAINTEXT,
        SASL_SSL;

        boolean encrypted() {
            return this == SSL || this == SASL_SSL;
        }

        boolean named() {
            return this == SASL_PLAINTEXT || this == SASL_SSL;
        }
    }

    /** How a truststore is written. */
    public enum TruststoreType {
        PEM,
        PKCS12,
        JKS
    }

    public KafkaSecurity {
        if (!mechanism.equals("SCRAM-SHA-512") && !mechanism.equals("SCRAM-SHA-256")) {
            throw refused("mechanism", "is SCRAM-SHA-512 or SCRAM-SHA-256");
        }
        password = password == null || password.isEmpty() ? null : password;
        truststorePassword = truststorePassword == null || truststorePassword.isEmpty() ? null : truststorePassword;
        if (protocol.named() && (password == null) == passwordFile.isEmpty()) {
            throw refused(
                    "password",
                    "(RIVULET_KAFKA_PASSWORD) or rivulet.kafka.security.password-file (RIVULET_KAFKA_PASSWORD_FILE) must"
                            + " be set, and not both, where protocol is " + protocol);
        }
    }

    /** As it is set now; it is no bean, for what is read at the start alone has nothing to be refreshed. */
    static KafkaSecurity of(Environment environment) {
        return Binder.get(environment).bindOrCreate(PREFIX, KafkaSecurity.class);
    }

    /**
     * Kafka's settings of every client; empty where nothing secures the connection.
     *
     * @throws IllegalArgumentException if the file of the password can't be read, or a name or password can't be said to a broker
     */
    Map<String, String> clientSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        if (protocol == Protocol.PLAINTEXT) {
            return settings;
        }
        settings.put("security.protocol", protocol.name());
        if (protocol.encrypted()) {
            settings.put("ssl.endpoint.identification.algorithm", "https");
            if (!truststore.isEmpty()) {
                settings.put("ssl.truststore.location", truststore);
                settings.put("ssl.truststore.type", truststoreType.name());
            }
            if (truststorePassword != null) {
                settings.put("ssl.truststore.password", truststorePassword);
            }
        }
        if (protocol.named()) {
            settings.put("sasl.mechanism", mechanism);
            settings.put(
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username="
                            + quoted("username", username) + " password=" + quoted("password", secret()) + ";");
        }
        return settings;
    }

    private String secret() {
        if (password != null) {
            return password;
        }
        try {
            return Files.readString(Path.of(passwordFile)).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw refused("password-file", "(RIVULET_KAFKA_PASSWORD_FILE) can't be read: " + e);
        }
    }

    private static String quoted(String what, String text) {
        if (text.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
            throw refused(what, "is empty or holds a control character");
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static IllegalArgumentException refused(String setting, String why) {
        return new IllegalArgumentException(PREFIX + "." + setting + " " + why);
    }

    /** Says as whom, never with which password. */
    @Override
    public String toString() {
        return "KafkaSecurity[" + protocol + (protocol.named() ? " " + mechanism + " as " + username : "") + "]";
    }
}
