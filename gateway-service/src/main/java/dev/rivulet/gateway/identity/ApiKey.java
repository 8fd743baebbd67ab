// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One key that was made at a gateway, as it is kept: never the key itself.
 *
 * @param id what finds it, the middle part of the key; no secret
 * @param revision grows by one with every change
 * @param name what logs and metrics call it, unique among keys that are not revoked
 * @param scopes what it may do
 * @param priority how urgent its requests are to replicas
 * @param limits how much it may ask for
 * @param secrets the slow hashes that open it, the newest first: one, or two while the one before is still valid
 * @param createdAt when it was made
 * @param createdBy the name of the key that made it
 * @param expiresAt from when on it opens nothing; null if it does not expire
 * @param revokedAt when it was revoked; null if it was not
 */
public record ApiKey(
        String id,
        long revision,
        String name,
        Set<String> scopes,
        Caller.Priority priority,
        Limits limits,
        List<Secret> secrets,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * The hash of one secret.
     *
     * @param hash PBKDF2 with HMAC-SHA-256 of the secret
     * @param until from when on it opens nothing; null for the present one
     */
    public record Secret(SlowHash hash, @Nullable Instant until) {

        boolean opensAt(Instant now) {
            return until == null || now.isBefore(until);
        }
    }

    public ApiKey {
        scopes = Set.copyOf(scopes);
        secrets = List.copyOf(secrets);
    }

    /** Whether a text may be a caller's name: 1 to 64 letters, digits, dots, dashes or underscores. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Why it opens nothing at this time: {@code revoked} or {@code expired}; empty if it does. */
    public Optional<String> closedAt(Instant now) {
        if (revokedAt != null) {
            return Optional.of("revoked");
        }
        return expiresAt != null && !now.isBefore(expiresAt) ? Optional.of("expired") : Optional.empty();
    }

    /** Who calls with it. */
    public Caller caller() {
        return new Caller(name, scopes, priority, limits);
    }

    ApiKey revoked(Instant now) {
        return changed(scopes, priority, limits, secrets, expiresAt, now);
    }

    /** With a new secret; the present one opens it until then, older ones no longer. */
    ApiKey rotated(SlowHash next, Instant until) {
        Secret before = new Secret(secrets.getFirst().hash(), until);
        return changed(scopes, priority, limits, List.of(new Secret(next, null), before), expiresAt, revokedAt);
    }

    ApiKey changed(Set<String> mayNow, Caller.Priority priorityNow, Limits limitsNow, @Nullable Instant expires) {
        return changed(mayNow, priorityNow, limitsNow, secrets, expires, revokedAt);
    }

    private ApiKey changed(
            Set<String> mayNow,
            Caller.Priority priorityNow,
            Limits limitsNow,
            List<Secret> secretsNow,
            @Nullable Instant expires,
            @Nullable Instant revoked) {
        return new ApiKey(
                id,
                revision + 1,
                name,
                mayNow,
                priorityNow,
                limitsNow,
                secretsNow,
                createdAt,
                createdBy,
                expires,
                revoked);
    }
}
