// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Makes, changes, rotates and revokes API keys. Nobody can give a key a scope that he does not have himself. Every change is
 * kept before it is answered, and holds here at once; other gateways follow within moments.
 */
public final class KeyAdministration {

    private static final Duration LONGEST_GRACE = Duration.ofDays(30);

    /**
     * What a key is to be; null leaves it as it is, or takes the default.
     *
     * @param expiresIn from now on
     */
    public record Wanted(
            @Nullable Set<String> scopes,
            Caller.@Nullable Priority priority,
            @Nullable Limits limits,
            @Nullable Duration expiresIn) {}

    /**
     * A key and its text, which nobody learns again.
     *
     * @param text the whole key
     */
    public record Made(ApiKey key, String text) {

        /** Never the text. */
        @Override
        public String toString() {
            return "Made[" + key.id() + "]";
        }
    }

    private final KeyRegister register;
    private final KeyLog keyLog;
    private final KeyRing ring;
    private final InstantSource clock;
    private final SecureRandom random;
    private final int iterations;
    private final Executor hashing;

    /**
     * @param iterations rounds of the slow hash of new secrets
     * @param hashing runs what takes long
     */
    KeyAdministration(
            KeyRegister register,
            KeyLog keyLog,
            KeyRing ring,
            InstantSource clock,
            SecureRandom random,
            int iterations,
            Executor hashing) {
        this.register = register;
        this.keyLog = keyLog;
        this.ring = ring;
        this.clock = clock;
        this.random = random;
        this.iterations = iterations;
        this.hashing = hashing;
    }

    /** All keys by name, those that are revoked among them. */
    public List<ApiKey> all() {
        return register.all().stream()
                .sorted(Comparator.comparing(ApiKey::name).thenComparing(ApiKey::createdAt))
                .toList();
    }

    /** @throws ProblemException with {@code not_found} */
    public ApiKey get(String id) {
        return register.find(id)
                .orElseThrow(() ->
                        new ProblemException(Problem.of(ProblemCode.NOT_FOUND, "There is no API key with this id.")));
    }

    /**
     * Makes a key.
     *
     * @param by who makes it
     * @return the key; or a {@link ProblemException} with {@code invalid_value}, {@code insufficient_scope},
     *     {@code already_exists}, {@code conflict} or {@code keys_unavailable}
     */
    public Mono<Made> create(Caller by, String name, Wanted wanted) {
        requireRead();
        requireName(name);
        Set<String> scopes = wanted.scopes() == null ? Set.of(Caller.INFERENCE) : wanted.scopes();
        requireGrantable(by, scopes);
        if (register.size() >= IdentityProperties.MOST_KEYS) {
            throw problem(ProblemCode.CONFLICT, "name", "There are " + register.size() + " keys, and no more may be.");
        }
        Instant now = clock.instant();
        KeyText text = KeyText.random(random);
        return hashed(text.secret())
                .map(hash -> new ApiKey(
                        text.id(),
                        1,
                        name,
                        scopes,
                        Optional.ofNullable(wanted.priority()).orElse(Caller.Priority.NORMAL),
                        Optional.ofNullable(wanted.limits()).orElse(Limits.NONE),
                        List.of(new ApiKey.Secret(hash, null)),
                        now,
                        by.name(),
                        expiry(wanted.expiresIn(), now),
                        null))
                .flatMap(key -> kept(key).thenReturn(new Made(key, text.whole())));
    }

    /** Changes what a key may do; its secret stays. */
    public Mono<ApiKey> change(Caller by, String id, Wanted wanted) {
        ApiKey key = present(by, id);
        Set<String> scopes = wanted.scopes() == null ? key.scopes() : wanted.scopes();
        requireGrantable(by, scopes);
        Instant expires = wanted.expiresIn() == null ? key.expiresAt() : expiry(wanted.expiresIn(), clock.instant());
        ApiKey changed = key.changed(
                scopes,
                Optional.ofNullable(wanted.priority()).orElse(key.priority()),
                Optional.ofNullable(wanted.limits()).orElse(key.limits()),
                expires);
        return kept(changed).thenReturn(changed);
    }

    /**
     * Gives a key a new secret.
     *
     * @param grace how long the present one stays valid, 0s to 30 days
     */
    public Mono<Made> rotate(Caller by, String id, Duration grace) {
        ApiKey key = present(by, id);
        if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
            throw problem(ProblemCode.INVALID_VALUE, "grace_seconds", "'grace_seconds' is between 0 and 2592000.");
        }
        String secret = KeyText.newSecret(random);
        Instant until = clock.instant().plus(grace);
        return hashed(secret)
                .map(hash -> key.rotated(hash, until))
                .flatMap(rotated -> kept(rotated).thenReturn(new Made(rotated, new KeyText(id, secret).whole())));
    }

    /** Closes a key for ever; doing it again changes nothing. */
    public Mono<ApiKey> revoke(Caller by, String id) {
        ApiKey key = get(id);
        if (key.revokedAt() != null) {
            return Mono.just(key);
        }
        requireGrantable(by, key.scopes());
        ApiKey revoked = key.revoked(clock.instant());
        return kept(revoked).thenReturn(revoked);
    }

    private ApiKey present(Caller by, String id) {
        ApiKey key = get(id);
        if (key.revokedAt() != null) {
            throw problem(ProblemCode.CONFLICT, null, "This API key is revoked. Make another one.");
        }
        requireGrantable(by, key.scopes());
        return key;
    }

    private Mono<Void> kept(ApiKey key) {
        return keyLog.append(key).then(Mono.fromRunnable(() -> register.changed(key)));
    }

    private Mono<SlowHash> hashed(String secret) {
        byte[] salt = new byte[SlowHash.SALT_BYTES];
        random.nextBytes(salt);
        return Mono.fromCallable(() -> SlowHash.of(secret, salt, iterations))
                .subscribeOn(Schedulers.fromExecutor(hashing))
                .onErrorMap(
                        RejectedExecutionException.class,
                        full -> problem(
                                ProblemCode.RATE_LIMIT_EXCEEDED,
                                null,
                                "Too many keys are being checked. Try again in a moment."));
    }

    private void requireRead() {
        if (!keyLog.caughtUp()) {
            throw new ProblemException(Problem.of(
                            ProblemCode.KEYS_UNAVAILABLE,
                            "This gateway has not read its API keys yet. Send this request again after the seconds in "
                                    + "Retry-After.")
                    .retryAfter(Duration.ofSeconds(1)));
        }
    }

    private void requireName(String name) {
        if (!ApiKey.isName(name) || name.startsWith(Caller.OF_TOKENS)) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "name",
                    "'name' is 1 to 64 letters, digits, dots, dashes or underscores, and does not begin with '"
                            + Caller.OF_TOKENS + "'.");
        }
        boolean taken = ring.configuredNames().contains(name)
                || register.all().stream().anyMatch(key -> key.name().equals(name) && key.revokedAt() == null);
        if (taken) {
            throw problem(ProblemCode.ALREADY_EXISTS, "name", "There is an API key of this name. Rotate or revoke it.");
        }
    }

    private static void requireGrantable(Caller by, Set<String> scopes) {
        if (scopes.isEmpty() || !Caller.SCOPES.containsAll(scopes)) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "scopes",
                    "'scopes' is one or more of " + String.join(", ", new TreeSet<>(Caller.SCOPES)) + ".");
        }
        if (!scopes.stream().allMatch(scope -> by.may(scope) || by.may(Caller.ADMIN))) {
            throw problem(
                    ProblemCode.INSUFFICIENT_SCOPE,
                    "scopes",
                    "A key can't deal with scopes that it does not have itself.");
        }
    }

    private static @Nullable Instant expiry(@Nullable Duration in, Instant now) {
        if (in == null) {
            return null;
        }
        if (in.toSeconds() < 1 || in.compareTo(Duration.ofDays(36_500)) > 0) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "expires_in_seconds",
                    "'expires_in_seconds' is at least 1, at most a century.");
        }
        return now.plus(in);
    }

    private static ProblemException problem(ProblemCode code, @Nullable String param, String message) {
        return new ProblemException(new Problem(code, message, param, null));
    }
}
