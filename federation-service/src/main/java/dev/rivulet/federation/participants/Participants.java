// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.Enrolment;
import dev.rivulet.devices.v1.KeyChange;
import dev.rivulet.devices.v1.Session;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.KnownDevices.Known;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Lets devices in, tells who signed a request, and keeps whether they take part. Safe for threads. */
@Component
public class Participants {

    private static final int LONGEST_LABEL = 100;

    private final DeviceStore store;
    private final KnownDevices devices;
    private final Presence presence;
    private final ParticipantsSettings settings;
    private final Clock clock;
    private final RandomGenerator random;
    private final ApplicationEventPublisher events;
    private final EnrolmentGuard guard;
    private final NonceWindow nonces;
    private final Sessions sessions;
    private final Instant since;

    Participants(
            DeviceStore store,
            Presence presence,
            ParticipantsSettings settings,
            Clock clock,
            RandomGenerator random,
            ApplicationEventPublisher events,
            EnrolmentGuard guard) {
        this.store = store;
        this.devices = new KnownDevices(store::find, clock, settings.deviceLife(), settings.mostPresent());
        this.presence = presence;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.events = events;
        this.guard = guard;
        this.nonces = new NonceWindow(settings.clockSkew().multipliedBy(2), settings.mostNonces());
        this.sessions = new Sessions(clock, settings.sessionLife(), settings.mostPresent());
        this.since = clock.instant();
    }

    /** A device is about to take part no longer: it is told in the transaction that keeps it, and undoes that if it fails. */
    public record OptingOut(String federation, UUID device) {}

    /** A device no longer takes part. */
    public record OptedOut(Device device) {}

    /**
     * The device that signed a request. The body is not looked at.
     *
     * @throws RefusedException unknown-device, clock-skew, forged, replayed or busy
     */
    public Device signer(SignedHead head, String signature) {
        requireTimely(head);
        Known known = find(head.device())
                .orElseThrow(() -> new RefusedException(RefusalCode.UNKNOWN_DEVICE, "no device has this id"));
        Device device = known.device();
        if (!DeviceKeys.verify(known.key(), head, signature)) {
            device = withAnotherKey(device, head, signature);
        }
        requireFirst(head);
        presence.heard(device.id());
        return device;
    }

    /**
     * The device that signed a request with the key of its session. The body is not looked at.
     *
     * @throws RefusedException unknown-device, unknown-session, clock-skew, forged, replayed or busy
     */
    public Device signer(SignedHead head, String session, String signature) {
        requireTimely(head);
        Device device = find(head.device())
                .map(Known::device)
                .orElseThrow(() -> new RefusedException(RefusalCode.UNKNOWN_DEVICE, "no device has this id"));
        boolean holds = sessions.verify(device, session, head, signature)
                .orElseThrow(() -> new RefusedException(
                        RefusalCode.UNKNOWN_SESSION, "the session is over; sign with the key of the device"));
        if (!holds) {
            throw forged();
        }
        requireFirst(head);
        presence.heard(device.id());
        return device;
    }

    /**
     * Begins a session of a device that has signed this with its own key.
     *
     * @param half X25519, raw
     * @throws RefusedException malformed
     */
    public Session open(Device device, byte[] half) {
        try {
            Sessions.Opened opened = sessions.open(device, half);
            return Session.newBuilder()
                    .setId(opened.id())
                    .setPublicKey(ByteString.copyFrom(opened.half()))
                    .setLifeMs((int) Math.min(Integer.MAX_VALUE, opened.life().toMillis()))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.MALFORMED, "the public key is no X25519 key of 32 bytes");
        }
    }

    /** The device as it is kept now, if its key was replaced a moment ago through another process. */
    private Device withAnotherKey(Device before, SignedHead head, String signature) {
        devices.changed(before.id());
        return devices.find(before.id())
                .filter(now -> !now.device().publicKey().equals(before.publicKey())
                        && DeviceKeys.verify(now.key(), head, signature))
                .map(Known::device)
                .orElseThrow(Participants::forged);
    }

    private static RefusedException forged() {
        return new RefusedException(RefusalCode.FORGED, "the signature is not of this device and request");
    }

    private Optional<Known> find(String id) {
        try {
            return devices.find(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void requireTimely(SignedHead head) {
        Instant signed = Instant.ofEpochMilli(head.timestampMs());
        boolean far = Duration.between(signed, clock.instant()).abs().compareTo(settings.clockSkew()) > 0;
        if (far || signed.isBefore(since)) {
            throw new RefusedException(
                    RefusalCode.CLOCK_SKEW,
                    far
                            ? "the timestamp is more than "
                                    + settings.clockSkew().toSeconds() + " s from the federation's clock"
                            : "the request was signed before the federation began to remember nonces; sign it anew");
        }
    }

    private void requireSigned(PublicKey key, SignedHead head, String signature) {
        if (!DeviceKeys.verify(key, head, signature)) {
            throw forged();
        }
        requireFirst(head);
    }

    /** The nonce is used only after the signature holds, so that nobody else can use up the window. */
    private void requireFirst(SignedHead head) {
        switch (nonces.use(head.device(), head.nonce(), clock.instant())) {
            case FIRST -> {}
            case AGAIN -> throw new RefusedException(RefusalCode.REPLAYED, "the nonce was used before");
            case FULL -> throw new RefusedException(RefusalCode.BUSY, "too many requests at once");
        }
    }

    /**
     * Lets a device in that shows a token and signs with the key it brings. The same key again is the same device and uses no token
     * up.
     *
     * @throws RefusedException malformed, clock-skew, forged, replayed, busy, bad-token or not-attested
     */
    public Device enrol(Enrolment enrolment, SignedHead head, String signature) {
        requireTimely(head);
        byte[] raw = enrolment.getPublicKey().toByteArray();
        if (enrolment.getLabel().length() > LONGEST_LABEL
                || enrolment.getLabel().indexOf(0) >= 0) {
            throw new RefusedException(RefusalCode.MALFORMED, "a label has at most " + LONGEST_LABEL + " characters");
        }
        requireSigned(key(raw), head, signature);
        String token = DeviceKeys.sha256(enrolment.getToken().getBytes(StandardCharsets.UTF_8));
        store.federation(token, clock.instant()).ifPresent(federation -> guard.admit(federation, enrolment));
        return store.enrol(
                        token, UUID.randomUUID(), HexFormat.of().formatHex(raw), enrolment.getLabel(), clock.instant())
                .orElseThrow(
                        () -> new RefusedException(RefusalCode.BAD_TOKEN, "the token is unknown, used up or expired"));
    }

    private static PublicKey key(byte[] raw) {
        try {
            return DeviceKeys.publicKey(raw);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.MALFORMED, "the public key is no Ed25519 key of 32 bytes");
        }
    }

    /**
     * Replaces the key of a device, which signed this with the one that it has. Whoever lost the answer and signs the same with the new key
     * is told the same.
     *
     * @throws RefusedException malformed or forged
     */
    public void changeKey(Device device, KeyChange change) {
        byte[] raw = change.getPublicKey().toByteArray();
        key(raw);
        if (!DeviceKeys.proves(device.id().toString(), raw, change.getProof().toByteArray())) {
            throw new RefusedException(RefusalCode.FORGED, "the proof is not of the new key and this device");
        }
        if (!store.changeKey(device.id(), device.publicKey(), HexFormat.of().formatHex(raw))) {
            throw new RefusedException(RefusalCode.FORGED, "the key was replaced meanwhile, or is another device's");
        }
        devices.changed(device.id());
    }

    /** Devices of a federation in the order in which they enrolled, at most so many. */
    public List<Device> all(String federation, int most) {
        return store.all(federation, most);
    }

    /** The device is there and can do this. */
    public void heartbeat(Device device, Capabilities capabilities) {
        presence.heard(device.id(), capabilities);
    }

    /** Keeps whether a device takes part. */
    public void consent(Device device, boolean participating) {
        store.consent(device.id(), participating);
        devices.changed(device.id());
        if (!participating) {
            events.publishEvent(new OptedOut(device));
        }
    }

    /**
     * A new token by which devices enrol. Only its digest is kept.
     *
     * @return empty if there is no such federation
     */
    public Optional<String> token(String federation, int uses, Duration life) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String digest = DeviceKeys.sha256(token.getBytes(StandardCharsets.UTF_8));
        return store.addToken(federation, digest, uses, clock.instant().plus(life))
                ? Optional.of(token)
                : Optional.empty();
    }
}
