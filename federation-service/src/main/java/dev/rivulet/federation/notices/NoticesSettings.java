// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.notices;

import dev.rivulet.notices.BrokerAccess;
import dev.rivulet.notices.WorkNotice;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Notices over a broker of MQTT.
 *
 * @param broker {@code tcp://host:port} or {@code ssl://host:port}; there are no notices unless it is given
 * @param user of the broker
 * @param password over TLS alone, or to this machine
 * @param ca certificates in PEM that are trusted; the JDK's unless given
 * @param prefix of topics, before the federation's name
 * @param look how often it is looked whether a federation wants devices
 * @param again after which a notice is repeated while devices are still missing
 * @param answer of the broker
 */
@ConfigurationProperties("rivulet.federation.notices")
public record NoticesSettings(
        @Nullable URI broker,
        @Nullable String user,
        @Nullable String password,
        @Nullable Path ca,
        @DefaultValue(WorkNotice.USUAL_PREFIX) String prefix,
        @DefaultValue("500ms") Duration look,
        @DefaultValue("30s") Duration again,
        @DefaultValue("10s") Duration answer) {

    public NoticesSettings {
        if (!look.isPositive() || !again.isPositive() || !answer.isPositive()) {
            throw new IllegalArgumentException("the times of rivulet.federation.notices must be positive");
        }
        if (broker != null) {
            new BrokerAccess(broker, user, password, ca, answer);
            WorkNotice.topic(prefix, "any");
        }
    }

    /** How the broker is reached; only where there is one. */
    public BrokerAccess access() {
        if (broker == null) {
            throw new IllegalStateException("no broker is given");
        }
        return new BrokerAccess(broker, user, password, ca, answer);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "NoticesSettings[" + broker + ", user " + user + "]";
    }
}
