// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The endpoint for programs of Flower.
 *
 * @param federation that they take part in; there is no endpoint unless it is given
 * @param address that is listened on; one that is not loopback wants a certificate
 * @param port 0 for any that is free
 * @param certificate chain in PEM; TLS is spoken if it is given
 * @param key of the certificate, PKCS #8 in PEM
 * @param token that a call must bring as {@code authorization: Bearer}; none unless given, since unmodified programs bring none
 * @param evaluate whether the model is evaluated by a program before it trains: the federation then knows which version was best
 * @param mostConnections at a time, each with at most one message in memory
 * @param mostMessage of one message; a model has to fit
 * @param longestAnswer of a program that trains; then its connection is closed
 * @param reconnect after which programs come again when the service stops
 */
@Validated
@ConfigurationProperties("rivulet.federation.flower")
public record FlowerSettings(
        @Nullable String federation,
        @DefaultValue("127.0.0.1") String address,
        @DefaultValue("7116") @Min(0) @Max(65535) int port,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable String token,
        @DefaultValue("true") boolean evaluate,
        @DefaultValue("32") @Min(1) @Max(1000) int mostConnections,
        @DefaultValue("64MB") DataSize mostMessage,
        @DefaultValue("1h") Duration longestAnswer,
        @DefaultValue("5s") Duration reconnect) {

    public FlowerSettings {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("rivulet.federation.flower wants certificate and key, or neither");
        }
        if (certificate == null && !loopback(address)) {
            throw new IllegalArgumentException(
                    "rivulet.federation.flower.address is " + address
                            + ", which others reach: programs of Flower don't sign, so give certificate and key, or listen on 127.0.0.1");
        }
        if (mostMessage.toBytes() < 1024 || mostMessage.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("rivulet.federation.flower.most-message is 1 KB to 2 GB");
        }
        if (!longestAnswer.isPositive() || !reconnect.isPositive()) {
            throw new IllegalArgumentException("the times of rivulet.federation.flower must be positive");
        }
    }

    private static boolean loopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
