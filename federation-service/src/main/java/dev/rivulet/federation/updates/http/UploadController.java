// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates.http;

import com.google.protobuf.Message;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Upload;
import dev.rivulet.devices.v1.UploadOpening;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.ArrivingCall;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.participants.ParticipantsSettings;
import dev.rivulet.federation.updates.Announcement;
import dev.rivulet.federation.updates.Uploads;
import java.util.Base64;
import java.util.HexFormat;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * Updates in one request, or as uploads: POST announces, PATCH sends a part, GET tells the offset, finish has it judged. An upload's
 * id is its round.
 */
@RestController
@RequestMapping("/federation/v1")
class UploadController {

    private static final int DIGEST_BYTES = 32;

    private final Uploads uploads;
    private final ParticipantsSettings settings;

    UploadController(Uploads uploads, ParticipantsSettings settings) {
        this.uploads = uploads;
        this.settings = settings;
    }

    @PostMapping("/uploads")
    ResponseEntity<byte[]> open(DeviceCall call) {
        Announcement announcement = announcement(call.message(UploadOpening.parser()));
        return upload(announcement.round(), uploads.open(call.participant(), announcement));
    }

    /** @param about the announcement, which is signed as a part of the path */
    @PostMapping("/rounds/{round}/update")
    Mono<ResponseEntity<byte[]>> whole(@PathVariable String round, @RequestParam String about, ArrivingCall call) {
        Announcement announcement = announcement(opening(about));
        if (announcement.round() != number(round)) {
            throw new RefusedException(RefusalCode.MALFORMED, "the announcement is of another round than the path");
        }
        Device device = call.participant();
        uploads.admit(device, announcement, call.length());
        return call.body(
                (bytes, sha256) -> accepted(announcement.round(), uploads.take(device, announcement, bytes, sha256)));
    }

    private static UploadOpening opening(String about) {
        try {
            return DeviceCall.parsed(
                    UploadOpening.parser(), Base64.getUrlDecoder().decode(about));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.MALFORMED, "the announcement is not in base64url");
        }
    }

    private static Announcement announcement(UploadOpening opening) {
        if (opening.getSha256().size() != DIGEST_BYTES || opening.getSize() < 1) {
            throw new RefusedException(RefusalCode.MALFORMED, "an update has a byte or more and a digest of 32 bytes");
        }
        return new Announcement(
                opening.getRound(),
                opening.getSize(),
                HexFormat.of().formatHex(opening.getSha256().toByteArray()),
                opening.getBaseVersion(),
                opening.getWeight(),
                opening.getMetricsMap());
    }

    @GetMapping("/uploads/{id}")
    ResponseEntity<byte[]> offset(@PathVariable String id, DeviceCall call) {
        return upload(number(id), uploads.offset(call.participant(), number(id)));
    }

    @PatchMapping("/uploads/{id}")
    ResponseEntity<byte[]> append(@PathVariable String id, DeviceCall call) {
        return upload(number(id), uploads.append(call.participant(), number(id), call.offset(), call.body()));
    }

    @PostMapping("/uploads/{id}/finish")
    ResponseEntity<byte[]> finish(@PathVariable String id, DeviceCall call) {
        return accepted(number(id), uploads.finish(call.participant(), number(id)));
    }

    private static ResponseEntity<byte[]> accepted(long round, int counted) {
        return answer(
                UpdateAccepted.newBuilder().setRound(round).setCounted(counted).build());
    }

    private ResponseEntity<byte[]> upload(long round, long offset) {
        return answer(Upload.newBuilder()
                .setId(Long.toString(round))
                .setOffset(offset)
                .setMostPartBytes((int) settings.mostBody().toBytes())
                .build());
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "there is no such upload");
        }
    }

    private static ResponseEntity<byte[]> answer(Message message) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.parseMediaType(ProtocolHeaders.PROTOBUF))
                .body(message.toByteArray());
    }
}
