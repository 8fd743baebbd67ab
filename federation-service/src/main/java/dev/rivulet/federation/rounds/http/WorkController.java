package dev.rivulet.federation.rounds.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Model;
import dev.rivulet.devices.v1.Report;
import dev.rivulet.devices.v1.ReportAnswer;
import dev.rivulet.devices.v1.Tensor;
import dev.rivulet.devices.v1.Training;
import dev.rivulet.devices.v1.Wait;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.rounds.Assignment;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** A device waits for work, and says when it has no update to give. */
@RestController
@RequestMapping("/federation/v1")
class WorkController {

    private static final int LONGEST_DETAIL = 500;
    private static final Set<String> REASONS =
            Set.of("no-data", "out-of-memory", "battery", "diverged", "unsupported", "interrupted", "other");

    private final Federations federations;
    private final Clock clock;

    WorkController(Federations federations, Clock clock) {
        this.federations = federations;
        this.clock = clock;
    }

    /** Ends the wait when the device goes. */
    @PostMapping("/wait")
    Mono<ResponseEntity<byte[]>> await(DeviceCall call) {
        Device device = call.participant();
        int most = Math.max(0, call.message(Wait.parser()).getMostMs());
        CompletableFuture<Optional<Assignment>> work = federations.await(device, Duration.ofMillis(most));
        return Mono.fromFuture(work)
                .map(assignment -> assignment
                        .map(found -> answer(work(device, found)))
                        .orElseGet(() -> ResponseEntity.noContent()
                                .cacheControl(CacheControl.noStore())
                                .build()));
    }

    @PostMapping("/rounds/{round}/report")
    ResponseEntity<byte[]> report(@PathVariable String round, DeviceCall call) {
        Device device = call.participant();
        Report report = call.message(Report.parser());
        if (!REASONS.contains(report.getReason()) || report.getDetail().length() > LONGEST_DETAIL) {
            throw new RefusedException(RefusalCode.MALFORMED, "the reason is one of " + REASONS);
        }
        String id = device.id().toString();
        long number = number(round);
        if (federations.objection(device, number).orElse(null) instanceof Refused(RefusalCode code, String detail)) {
            throw new RefusedException(code, detail);
        }
        federations.offer(device, number, new NoUpdate(id, "reported-" + report.getReason()));
        return answer(ReportAnswer.getDefaultInstance());
    }

    private static long number(String round) {
        try {
            return Long.parseLong(round);
        } catch (NumberFormatException e) {
            throw new RefusedException(RefusalCode.UNKNOWN_ROUND, "a round is a number");
        }
    }

    private Work work(Device device, Assignment assignment) {
        FederationSettings.Training training = assignment.settings().training();
        Model.Builder model = Model.newBuilder()
                .setVersion(assignment.base().version())
                .setSha256(ByteString.copyFrom(
                        HexFormat.of().parseHex(assignment.base().sha256())));
        assignment
                .layout()
                .tensors()
                .forEach(tensor -> model.addTensors(
                        Tensor.newBuilder().setName(tensor.name()).addAllShape(tensor.shape())));
        return Work.newBuilder()
                .setFederation(device.federation())
                .setRound(assignment.round())
                .setModel(model)
                .setDueInMs(Math.max(
                        0, Duration.between(clock.instant(), assignment.due()).toMillis()))
                .setMostUpdateBytes(assignment.settings().limits().mostBytes())
                .setControlSha256(
                        assignment.control() == null
                                ? ByteString.EMPTY
                                : ByteString.copyFrom(HexFormat.of().parseHex(assignment.control())))
                .setTraining(Training.newBuilder()
                        .setEpochs(training.epochs())
                        .setBatch(training.batch())
                        .setRate(training.rate())
                        .setMu(training.mu()))
                .build();
    }

    private static ResponseEntity<byte[]> answer(Message message) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.parseMediaType(ProtocolHeaders.PROTOBUF))
                .body(message.toByteArray());
    }
}
