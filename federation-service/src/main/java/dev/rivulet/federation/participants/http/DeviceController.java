// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants.http;

import com.google.protobuf.Message;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.v1.Consent;
import dev.rivulet.devices.v1.ConsentAnswer;
import dev.rivulet.devices.v1.Enrolled;
import dev.rivulet.devices.v1.Enrolment;
import dev.rivulet.devices.v1.Heartbeat;
import dev.rivulet.devices.v1.HeartbeatAnswer;
import dev.rivulet.devices.v1.KeyChange;
import dev.rivulet.devices.v1.KeyChanged;
import dev.rivulet.devices.v1.Protocol;
import dev.rivulet.devices.v1.SessionOpening;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.participants.Participants;
import dev.rivulet.federation.participants.ParticipantsSettings;
import dev.rivulet.federation.participants.http.SignedCalls.Received;
import java.time.Clock;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A device joins, is there, and says whether it takes part. */
@RestController
@RequestMapping("/federation/v1")
class DeviceController {

    private static final int VERSION = 1;

    private final Participants participants;
    private final ParticipantsSettings settings;
    private final Clock clock;

    DeviceController(Participants participants, ParticipantsSettings settings, Clock clock) {
        this.participants = participants;
        this.settings = settings;
        this.clock = clock;
    }

    @GetMapping("/protocol")
    ResponseEntity<byte[]> protocol() {
        return answer(Protocol.newBuilder()
                .addVersions(VERSION)
                .setServerTimeMs(clock.millis())
                .setMostClockSkewMs((int) settings.clockSkew().toMillis())
                .setMostBodyBytes((int) settings.mostBody().toBytes())
                .build());
    }

    @PostMapping("/enrol")
    ResponseEntity<byte[]> enrol(Received received) {
        Enrolment enrolment = DeviceCall.parsed(Enrolment.parser(), received.body());
        Device device = participants.enrol(enrolment, received.head(), received.signature());
        return answer(Enrolled.newBuilder()
                .setDeviceId(device.id().toString())
                .setFederation(device.federation())
                .setHeartbeatEveryMs((int) settings.heartbeat().toMillis())
                .build());
    }

    @PostMapping("/key")
    ResponseEntity<byte[]> changeKey(@OwnSignature DeviceCall call) {
        KeyChange change = call.message(KeyChange.parser());
        participants.changeKey(call.device(), change);
        return answer(
                KeyChanged.newBuilder().setPublicKey(change.getPublicKey()).build());
    }

    @PostMapping("/session")
    ResponseEntity<byte[]> session(@OwnSignature DeviceCall call) {
        SessionOpening opening = call.message(SessionOpening.parser());
        return answer(participants.open(call.device(), opening.getPublicKey().toByteArray()));
    }

    @PostMapping("/heartbeat")
    ResponseEntity<byte[]> heartbeat(DeviceCall call) {
        participants.heartbeat(call.device(), call.message(Heartbeat.parser()).getCapabilities());
        return answer(HeartbeatAnswer.newBuilder()
                .setNextWithinMs((int) settings.heartbeat().toMillis())
                .setParticipating(call.device().participating())
                .build());
    }

    @PostMapping("/consent")
    ResponseEntity<byte[]> consent(DeviceCall call) {
        boolean participate = call.message(Consent.parser()).getParticipate();
        participants.consent(call.device(), participate);
        return answer(ConsentAnswer.newBuilder().setParticipating(participate).build());
    }

    private static ResponseEntity<byte[]> answer(Message message) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.parseMediaType(ProtocolHeaders.PROTOBUF))
                .body(message.toByteArray());
    }
}
