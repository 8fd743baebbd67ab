// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.relay;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The gateway that answers the console's chats.
 *
 * @param url without {@code /v1}
 * @param apiKey the console's key; it stays in this process
 * @param connectTimeout how long a connection may take
 * @param idleTimeout how long the gateway may be silent; its keep-alives come far more often
 * @param maxBody the largest request a browser may send
 */
@ConfigurationProperties("rivulet.console.gateway")
@Validated
public record GatewaySettings(
        @NotNull @DefaultValue("http://127.0.0.1:7100") URI url,
        @DefaultValue("") String apiKey,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("8MB") DataSize maxBody) {

    @Override
    public String toString() {
        return "GatewaySettings[url=" + url + ", apiKey=***, connectTimeout=" + connectTimeout + ", idleTimeout="
                + idleTimeout + ", maxBody=" + maxBody + "]";
    }
}
