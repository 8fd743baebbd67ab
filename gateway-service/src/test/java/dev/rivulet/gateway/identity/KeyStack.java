// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import dev.rivulet.gateway.identity.IdentityProperties.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What of one gateway deals with keys, on a log of a test's choice.
 *
 * @param ring opens the door
 * @param administration changes keys
 */
public record KeyStack(KeyRing ring, KeyAdministration administration) {

    private static final int ITERATIONS = 10_000;

    public static KeyStack on(KeyRegister register, KeyLog keyLog) {
        IdentityProperties properties =
                new IdentityProperties(List.of(), Store.KAFKA, ITERATIONS, Duration.ofMinutes(10));
        KeyRing ring = new KeyRing(
                properties,
                new Verification(register, keyLog, InstantSource.system(), properties.verifiedFor(), Runnable::run),
                shown -> Optional.empty());
        return new KeyStack(
                ring,
                new KeyAdministration(
                        register, keyLog, ring, InstantSource.system(), new SecureRandom(), ITERATIONS, Runnable::run));
    }

    /** What becomes of a key that is shown. */
    public Authentication open(String key) {
        return Objects.requireNonNull(ring.authenticate("Bearer " + key, null).block());
    }

    /** Some key. */
    public static ApiKey any(String name) {
        return new ApiKey(
                "abcdefghij12",
                1,
                name,
                Set.of(Caller.INFERENCE),
                Caller.Priority.NORMAL,
                Limits.NONE,
                List.of(new ApiKey.Secret(SlowHash.of("secret", new byte[SlowHash.SALT_BYTES], ITERATIONS), null)),
                Instant.EPOCH,
                "first",
                null,
                null);
    }
}
