// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Checks keys that were made at a gateway. Hashing one takes tens of milliseconds, so what was found is remembered for a while
 * under the SHA-256 of the key; the state of the key (revoked, expired, changed) counts at every look. Hashing has threads and
 * a queue of its own, so that guesses hold up nobody whose key is known.
 */
final class Verification {

    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    /** What was shown, for a state of its key: a change of the key makes it be looked at anew. */
    private record Look(byte[] digest, String id, long revision) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Look(byte[] otherDigest, String otherId, long otherRevision)
                    && revision == otherRevision
                    && id.equals(otherId)
                    && Arrays.equals(digest, otherDigest);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(digest);
        }
    }

    private final KeyRegister register;
    private final KeyLog keyLog;
    private final InstantSource clock;
    private final Executor hashing;
    private final AsyncCache<Look, Optional<ApiKey.Secret>> looks;

    /**
     * @param remembered how long what was found counts
     * @param hashing runs what takes long; refuses when too much of it waits
     */
    Verification(KeyRegister register, KeyLog keyLog, InstantSource clock, Duration remembered, Executor hashing) {
        this.register = register;
        this.keyLog = keyLog;
        this.clock = clock;
        this.hashing = hashing;
        this.looks = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(remembered)
                .executor(Runnable::run)
                .buildAsync();
    }

    /** @param digest SHA-256 of the whole key */
    Mono<Authentication> verify(KeyText shown, byte[] digest) {
        ApiKey key = register.find(shown.id()).orElse(null);
        if (key == null) {
            return keyLog.caughtUp() ? KeyRing.unknown() : notRead();
        }
        CompletableFuture<Optional<ApiKey.Secret>> found;
        try {
            found = looks.get(
                    new Look(digest, key.id(), key.revision()),
                    (look, executor) -> CompletableFuture.supplyAsync(() -> matching(key, shown.secret()), hashing));
        } catch (RejectedExecutionException e) {
            return Mono.just(new Authentication.Refused(Problem.of(
                            ProblemCode.RATE_LIMIT_EXCEEDED,
                            "Too many keys are being checked for the first time. Send this request again after the seconds "
                                    + "in Retry-After.")
                    .retryAfter(COME_AGAIN)));
        }
        if (found.isDone() && !found.isCompletedExceptionally()) {
            return outcome(key, found.join().orElse(null));
        }
        return Mono.fromFuture(found, true).flatMap(secret -> outcome(key, secret.orElse(null)));
    }

    private static Optional<ApiKey.Secret> matching(ApiKey key, String secret) {
        return key.secrets().stream().filter(one -> one.hash().matches(secret)).findFirst();
    }

    /** Only who knows the secret learns that the key is revoked or expired. */
    private Mono<Authentication> outcome(ApiKey key, ApiKey.@Nullable Secret secret) {
        if (secret == null || !secret.opensAt(clock.instant())) {
            return KeyRing.unknown();
        }
        return key.closedAt(clock.instant())
                .map(closed ->
                        KeyRing.refused("This API key is " + closed + ". Ask whoever runs this gateway for another."))
                .orElseGet(() -> Mono.just(new Authentication.Known(key.caller())));
    }

    private static Mono<Authentication> notRead() {
        return Mono.just(new Authentication.Refused(Problem.of(
                        ProblemCode.KEYS_UNAVAILABLE,
                        "This gateway has not read its API keys yet. Send this request again after the seconds in "
                                + "Retry-After.")
                .retryAfter(COME_AGAIN)));
    }
}
