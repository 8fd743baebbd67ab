// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import dev.rivulet.gateway.identity.IdentityProperties.Key;
import dev.rivulet.gateway.identity.IdentityProperties.Store;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Keys with a clock that a test sets and a log that it can take away; slow hashes are counted. */
final class MemoryKeys implements KeyLog {

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-26T00:00:00Z"));
    final AtomicInteger hashed = new AtomicInteger();
    final List<ApiKey> kept = new ArrayList<>();
    final KeyRegister register = new KeyRegister();
    final KeyRing ring;
    final KeyAdministration administration;
    boolean away;
    boolean read = true;

    MemoryKeys(List<Key> configured) {
        IdentityProperties properties =
                new IdentityProperties(configured, Store.MEMORY, 10_000, Duration.ofMinutes(10));
        this.ring = new KeyRing(
                properties,
                new Verification(register, this, now::get, properties.verifiedFor(), task -> {
                    hashed.incrementAndGet();
                    task.run();
                }),
                shown -> Optional.empty());
        this.administration = new KeyAdministration(
                register, this, ring, now::get, new SecureRandom(), properties.hashIterations(), Runnable::run);
    }

    Authentication authenticate(@Nullable String authorization, @Nullable String apiKey) {
        return Objects.requireNonNull(ring.authenticate(authorization, apiKey).block());
    }

    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    @Override
    public Mono<Void> append(ApiKey key) {
        if (away) {
            return Mono.error(new ProblemException(Problem.of(ProblemCode.KEYS_UNAVAILABLE, "away")));
        }
        kept.add(key);
        return Mono.empty();
    }

    @Override
    public boolean caughtUp() {
        return read;
    }
}
