package dev.rivulet.federation.updates.http;

import com.google.protobuf.Message;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Upload;
import dev.rivulet.devices.v1.UploadOpening;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.participants.ParticipantsSettings;
import dev.rivulet.federation.updates.Announcement;
import dev.rivulet.federation.updates.Uploads;
import java.util.HexFormat;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Uploads: POST announces, PATCH sends a part, GET tells the offset, finish has it judged. An upload's id is its round. */
@RestController
@RequestMapping("/federation/v1/uploads")
class UploadController {

    private static final int DIGEST_BYTES = 32;

    private final Uploads uploads;
    private final ParticipantsSettings settings;

    UploadController(Uploads uploads, ParticipantsSettings settings) {
        this.uploads = uploads;
        this.settings = settings;
    }

    @PostMapping
    ResponseEntity<byte[]> open(DeviceCall call) {
        UploadOpening opening = call.message(UploadOpening.parser());
        if (opening.getSha256().size() != DIGEST_BYTES || opening.getSize() < 1) {
            throw new RefusedException(RefusalCode.MALFORMED, "an update has a byte or more and a digest of 32 bytes");
        }
        Announcement announcement = new Announcement(
                opening.getRound(),
                opening.getSize(),
                HexFormat.of().formatHex(opening.getSha256().toByteArray()),
                opening.getBaseVersion(),
                opening.getWeight(),
                opening.getMetricsMap());
        return upload(opening.getRound(), uploads.open(call.participant(), announcement));
    }

    @GetMapping("/{id}")
    ResponseEntity<byte[]> offset(@PathVariable String id, DeviceCall call) {
        return upload(number(id), uploads.offset(call.participant(), number(id)));
    }

    @PatchMapping("/{id}")
    ResponseEntity<byte[]> append(@PathVariable String id, DeviceCall call) {
        return upload(number(id), uploads.append(call.participant(), number(id), call.offset(), call.body()));
    }

    @PostMapping("/{id}/finish")
    ResponseEntity<byte[]> finish(@PathVariable String id, DeviceCall call) {
        int counted = uploads.finish(call.participant(), number(id));
        return answer(UpdateAccepted.newBuilder()
                .setRound(number(id))
                .setCounted(counted)
                .build());
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
