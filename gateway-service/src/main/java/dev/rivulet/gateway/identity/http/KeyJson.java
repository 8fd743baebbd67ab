// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.gateway.identity.ApiKey;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyAdministration.Made;
import dev.rivulet.gateway.identity.KeyAdministration.Wanted;
import dev.rivulet.gateway.identity.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bodies of the control API. */
final class KeyJson {

    private KeyJson() {}

    /** Budgets; 0 or absent means without limit. */
    record Budget(
            @JsonProperty("requests_per_minute") @Nullable Long requestsPerMinute,
            @JsonProperty("tokens_per_minute") @Nullable Long tokensPerMinute,
            @JsonProperty("tokens_per_day") @Nullable Long tokensPerDay) {

        static Budget of(Limits limits) {
            return new Budget(limits.requestsPerMinute(), limits.tokensPerMinute(), limits.tokensPerDay());
        }

        private static long orNone(@Nullable Long limit) {
            return limit == null ? 0 : limit;
        }

        Limits limits() {
            return new Limits(orNone(requestsPerMinute), orNone(tokensPerMinute), orNone(tokensPerDay));
        }
    }

    /** What a key is to be. */
    record Change(
            @Nullable String name,
            @Nullable Set<String> scopes,
            @Nullable String priority,
            @Nullable Budget limits,
            @JsonProperty("expires_in_seconds") @Nullable Long expiresInSeconds) {

        /** @throws IllegalArgumentException with what is wrong */
        Wanted wanted() {
            return new Wanted(
                    scopes,
                    priority == null ? null : parsed(priority),
                    limits == null ? null : limits.limits(),
                    expiresInSeconds == null ? null : Duration.ofSeconds(expiresInSeconds));
        }

        private static Caller.Priority parsed(String priority) {
            for (Caller.Priority known : Caller.Priority.values()) {
                if (known.wire().equals(priority)) {
                    return known;
                }
            }
            throw new IllegalArgumentException("'priority' is high, normal or low");
        }
    }

    /** How a key is rotated. */
    record Rotation(@JsonProperty("grace_seconds") @Nullable Long graceSeconds) {}

    /** A key as it is shown; the key itself only once. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Shown(
            String id,
            String name,
            String status,
            List<String> scopes,
            String priority,
            Budget limits,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("created_by") String createdBy,
            @JsonProperty("expires_at") @Nullable Instant expiresAt,
            @JsonProperty("revoked_at") @Nullable Instant revokedAt,
            @JsonProperty("previous_valid_until") @Nullable Instant previousValidUntil,
            @Nullable String key) {

        static Shown of(ApiKey key, Instant now) {
            return of(key, null, now);
        }

        static Shown of(Made made, Instant now) {
            return of(made.key(), made.text(), now);
        }

        private static Shown of(ApiKey key, @Nullable String text, Instant now) {
            Instant previous = key.secrets().stream()
                    .map(ApiKey.Secret::until)
                    .filter(until -> until != null && until.isAfter(now))
                    .findFirst()
                    .orElse(null);
            return new Shown(
                    key.id(),
                    key.name(),
                    key.closedAt(now).orElse("active"),
                    key.scopes().stream().sorted().toList(),
                    key.priority().name().toLowerCase(Locale.ROOT),
                    Budget.of(key.limits()),
                    key.createdAt(),
                    key.createdBy(),
                    key.expiresAt(),
                    key.revokedAt(),
                    previous,
                    text);
        }

        /** Never the key. */
        @Override
        public String toString() {
            return "Shown[" + id + "]";
        }
    }

    /** All keys. */
    record Page(List<Shown> keys) {}
}
