// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.SessionKeys;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.devices.v1.Session;
import dev.rivulet.devices.v1.SessionOpening;
import dev.rivulet.edge.Identity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyPair;
import java.time.Duration;
import java.util.UUID;

/** A session without the SDK's good manners: signs what it is told, for whom it is told. */
@SuppressWarnings("ArrayRecordComponent")
record RawSession(URI service, String device, String id, byte[] key) {

    static RawSession open(RawDevice raw, URI service, Identity identity) throws Exception {
        KeyPair own = SessionKeys.generate();
        byte[] half = SessionKeys.raw(own.getPublic());
        byte[] body = SessionOpening.newBuilder()
                .setPublicKey(ByteString.copyFrom(half))
                .build()
                .toByteArray();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Session session = Session.parseFrom(
                    client.send(raw.signed("POST", "/federation/v1/session", body, 0), BodyHandlers.ofByteArray())
                            .body());
            byte[] other = session.getPublicKey().toByteArray();
            assertThat(session.getLifeMs()).isPositive();
            byte[] key = SessionKeys.agreed(own.getPrivate(), other, identity.device(), half, other);
            return new RawSession(service, identity.device(), session.getId(), key);
        }
    }

    RawSession of(String other) {
        return new RawSession(service, other, id, key);
    }

    RawSession withKey(byte[] other) {
        return new RawSession(service, device, id, other);
    }

    HttpRequest signed(String method, String path, byte[] body) {
        SignedHead head = new SignedHead(
                device,
                method,
                path,
                0,
                System.currentTimeMillis(),
                UUID.randomUUID().toString(),
                DeviceKeys.sha256(body));
        return HttpRequest.newBuilder(service.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.ofByteArray(body))
                .header(ProtocolHeaders.DEVICE, head.device())
                .header(ProtocolHeaders.TIMESTAMP, Long.toString(head.timestampMs()))
                .header(ProtocolHeaders.NONCE, head.nonce())
                .header(ProtocolHeaders.DIGEST, head.digest())
                .header(ProtocolHeaders.SESSION, id)
                .header(ProtocolHeaders.SIGNATURE, SessionKeys.sign(key, id, head))
                .build();
    }
}
