// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.SessionKeys;
import dev.rivulet.devices.v1.Session;
import dev.rivulet.devices.v1.SessionOpening;
import dev.rivulet.edge.SignedHttp.Call;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The session of a device: begun when it is first needed and again at half of its life. Where there is none, since the federation is
 * older, forgot it, or another program of the device has one, the device signs each request. Safe for threads.
 */
final class SessionSigning {

    private static final Duration AGAIN = Duration.ofSeconds(30);

    /** Sends a request that the device's own key signs. */
    @FunctionalInterface
    interface Opening {
        byte[] send(Call call) throws IOException, InterruptedException, RefusedByFederationException;
    }

    /** What signs now. */
    @SuppressWarnings("ArrayRecordComponent")
    record Current(String id, byte[] key, Instant renewal) {}

    private final String device;
    private final Clock clock;
    private final Opening opening;
    private final ReentrantLock one = new ReentrantLock();
    private volatile @Nullable Current current;
    private volatile Instant notBefore = Instant.MIN;

    SessionSigning(String device, Clock clock, Opening opening) {
        this.device = device;
        this.clock = clock;
        this.opening = opening;
    }

    /** The session to sign in; empty if the device signs itself. While one thread begins it, the others sign themselves. */
    Optional<Current> current() throws InterruptedException {
        Current known = current;
        Instant now = clock.instant();
        boolean due = known == null || !now.isBefore(known.renewal());
        if (due && !now.isBefore(notBefore) && one.tryLock()) {
            try {
                current = known = opened(now).orElse(null);
            } finally {
                one.unlock();
            }
        }
        return Optional.ofNullable(known);
    }

    private Optional<Current> opened(Instant now) throws InterruptedException {
        notBefore = now.plus(AGAIN);
        KeyPair own = SessionKeys.generate();
        byte[] half = SessionKeys.raw(own.getPublic());
        byte[] body = SessionOpening.newBuilder()
                .setPublicKey(ByteString.copyFrom(half))
                .build()
                .toByteArray();
        try {
            Session session = Session.parseFrom(opening.send(Call.post(FederationClient.BASE + "/session", body)));
            byte[] other = session.getPublicKey().toByteArray();
            byte[] key = SessionKeys.agreed(own.getPrivate(), other, device, half, other);
            return Optional.of(new Current(session.getId(), key, now.plusMillis(session.getLifeMs() / 2)));
        } catch (RefusedByFederationException e) {
            notBefore = e.code().equals(RefusalCode.NOT_FOUND.wire()) ? Instant.MAX : notBefore;
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The federation does not know it any more. */
    void lost(Current session) {
        Current known = current;
        if (known != null && session.id().equals(known.id())) {
            current = null;
        }
    }
}
