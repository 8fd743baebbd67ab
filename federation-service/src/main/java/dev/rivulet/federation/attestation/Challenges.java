// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Challenges that this process gave not long ago, without keeping any: each is its time (8 bytes), random bytes (16) and a code over
 * both under a secret of this process (16). One may be answered to more than once while it lives; since the answer is bound to the key
 * that is being enrolled, that is the same device again.
 */
@Component
public class Challenges {

    /** How long one is answered to. */
    public static final Duration LIFE = Duration.ofMinutes(2);

    private static final int RANDOM = 16;
    private static final int SIGNED = Long.BYTES + RANDOM;
    private static final int CODE = 16;

    private final Clock clock;
    private final RandomGenerator random;
    private final SecretKeySpec secret;

    Challenges(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        byte[] fresh = new byte[32];
        random.nextBytes(fresh);
        this.secret = new SecretKeySpec(fresh, "HmacSHA256");
    }

    /** A new one. */
    public byte[] next() {
        byte[] fresh = new byte[RANDOM];
        random.nextBytes(fresh);
        byte[] signed =
                ByteBuffer.allocate(SIGNED).putLong(clock.millis()).put(fresh).array();
        return ByteBuffer.allocate(SIGNED + CODE).put(signed).put(code(signed)).array();
    }

    /** Whether this process gave it, and it lives. */
    boolean isAlive(byte[] challenge) {
        if (challenge.length != SIGNED + CODE) {
            return false;
        }
        byte[] signed = Arrays.copyOf(challenge, SIGNED);
        if (!MessageDigest.isEqual(code(signed), Arrays.copyOfRange(challenge, SIGNED, challenge.length))) {
            return false;
        }
        Instant given = Instant.ofEpochMilli(ByteBuffer.wrap(signed).getLong());
        return clock.instant().isBefore(given.plus(LIFE));
    }

    private byte[] code(byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return Arrays.copyOf(mac.doFinal(signed), CODE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA-256", e);
        }
    }
}
