// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.jwt;

import dev.rivulet.gateway.identity.Limits;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose tokens open the door. Off while there is no issuer.
 *
 * @param issuer the claim {@code iss} that tokens must have
 * @param jwksUri where the issuer's public keys are, http or https
 * @param audience the claim {@code aud} that tokens must have; empty if any will do
 * @param tenantClaim the claim that names the caller, whose budget and cache it is: {@code sub} or one of your own
 * @param scopeClaim the claim with the scopes, a text with blanks or a list
 * @param scopePrefix what the issuer writes before our scopes, such as {@code rivulet.}
 * @param limits how much each caller may ask for
 * @param clockSkew how far clocks may differ, up to 5 minutes
 * @param timeout how long the issuer may take to send its keys
 */
@ConfigurationProperties("rivulet.identity.jwt")
record JwtProperties(
        @DefaultValue("") String issuer,
        @Nullable URI jwksUri,
        @DefaultValue("") String audience,
        @DefaultValue("sub") String tenantClaim,
        @DefaultValue("scope") String scopeClaim,
        @DefaultValue("") String scopePrefix,
        @DefaultValue Limits limits,
        @DefaultValue("30s") Duration clockSkew,
        @DefaultValue("3s") Duration timeout) {

    JwtProperties {
        if (!issuer.isEmpty() && (jwksUri == null || jwksUri.getHost() == null)) {
            throw new IllegalArgumentException(
                    "rivulet.identity.jwt.jwks-uri is needed with an issuer: where its public keys are");
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException(
                    "rivulet.identity.jwt.clock-skew is between 0s and 5m, was " + clockSkew);
        }
        if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("rivulet.identity.jwt.timeout is between 1ms and 1m, was " + timeout);
        }
    }
}
