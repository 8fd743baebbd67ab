// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.kafka;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.identity.v1.ApiKeyChanged;
import dev.rivulet.events.identity.v1.HashedSecret;
import dev.rivulet.events.identity.v1.KeyLimits;
import dev.rivulet.gateway.identity.ApiKey;
import dev.rivulet.gateway.identity.ApiKey.Secret;
import dev.rivulet.gateway.identity.Caller.Priority;
import dev.rivulet.gateway.identity.Limits;
import dev.rivulet.gateway.identity.SlowHash;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** A key as an event, and back. */
final class KeyEvents {

    private static final String ALGORITHM = "PBKDF2WithHmacSHA256";

    private KeyEvents() {}

    static ApiKeyChanged event(ApiKey key) {
        ApiKeyChanged.Builder event = ApiKeyChanged.newBuilder()
                .setKey(key.id())
                .setRevision(key.revision())
                .setName(key.name())
                .addAllScopes(key.scopes().stream().sorted().toList())
                .setPriority(key.priority().wire())
                .setLimits(KeyLimits.newBuilder()
                        .setRequestsPerMinute(key.limits().requestsPerMinute())
                        .setTokensPerMinute(key.limits().tokensPerMinute())
                        .setTokensPerDay(key.limits().tokensPerDay()))
                .setCreatedAt(timestamp(key.createdAt()))
                .setCreatedBy(key.createdBy());
        key.secrets().forEach(secret -> event.addSecrets(secret(secret)));
        Instant expires = key.expiresAt();
        if (expires != null) {
            event.setExpiresAt(timestamp(expires));
        }
        Instant revoked = key.revokedAt();
        if (revoked != null) {
            event.setRevokedAt(timestamp(revoked));
        }
        return event.build();
    }

    /** @throws IllegalArgumentException if it is no key that this release can read */
    static ApiKey key(ApiKeyChanged event) {
        KeyLimits limits = event.getLimits();
        return new ApiKey(
                event.getKey(),
                event.getRevision(),
                event.getName(),
                Set.copyOf(event.getScopesList()),
                Priority.valueOf(event.getPriority().toUpperCase(Locale.ROOT)),
                new Limits(limits.getRequestsPerMinute(), limits.getTokensPerMinute(), limits.getTokensPerDay()),
                event.getSecretsList().stream().map(KeyEvents::secret).toList(),
                instant(event.getCreatedAt()),
                event.getCreatedBy(),
                event.hasExpiresAt() ? instant(event.getExpiresAt()) : null,
                event.hasRevokedAt() ? instant(event.getRevokedAt()) : null);
    }

    private static HashedSecret secret(Secret secret) {
        HashedSecret.Builder hashed = HashedSecret.newBuilder()
                .setAlgorithm(ALGORITHM)
                .setSalt(ByteString.copyFrom(secret.hash().salt()))
                .setIterations(secret.hash().iterations())
                .setHash(ByteString.copyFrom(secret.hash().hash()));
        Instant until = secret.until();
        return until == null
                ? hashed.build()
                : hashed.setValidUntil(timestamp(until)).build();
    }

    private static Secret secret(HashedSecret hashed) {
        if (!hashed.getAlgorithm().equals(ALGORITHM)) {
            throw new IllegalArgumentException("the algorithm " + hashed.getAlgorithm() + " is not known here");
        }
        return new Secret(
                new SlowHash(
                        hashed.getSalt().toByteArray(),
                        hashed.getIterations(),
                        hashed.getHash().toByteArray()),
                hashed.hasValidUntil() ? instant(hashed.getValidUntil()) : null);
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
