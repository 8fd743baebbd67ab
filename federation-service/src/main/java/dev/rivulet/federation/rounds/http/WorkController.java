// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
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
import dev.rivulet.federation.participants.ParticipantsSettings;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Assignment;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import dev.rivulet.federation.rounds.RoundsSettings;
import dev.rivulet.federation.rounds.SecureTerms;
import dev.rivulet.federation.rounds.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A device waits for work, and says when it has no update to give. */
@RestController
@RequestMapping("/federation/v1")
class WorkController {

    private static final int LONGEST_DETAIL = 500;
    static final Set<String> REASONS =
            Set.of("no-data", "out-of-memory", "battery", "diverged", "unsupported", "interrupted", "other");

    private final Federations federations;
    private final Models models;
    private final RoundsSettings settings;
    private final ParticipantsSettings participants;
    private final Clock clock;
    private final Scheduler blocking = Schedulers.fromExecutor(Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("wait-", 0).factory()));

    WorkController(
            Federations federations,
            Models models,
            RoundsSettings settings,
            ParticipantsSettings participants,
            Clock clock) {
        this.federations = federations;
        this.models = models;
        this.settings = settings;
        this.participants = participants;
        this.clock = clock;
    }

    /** Ends the wait when the device goes. */
    @PostMapping("/wait")
    Mono<ResponseEntity<DataBuffer>> await(DeviceCall call, ServerWebExchange exchange) {
        Device device = call.participant();
        Wait wait = call.message(Wait.parser());
        int most = Math.max(0, wait.getMostMs());
        DataBufferFactory buffers = exchange.getResponse().bufferFactory();
        return Mono.defer(
                        () -> Mono.fromFuture(federations.await(device, Duration.ofMillis(most), wait.getEvaluates())))
                .publishOn(blocking)
                .map(assignment -> assignment
                        .flatMap(found -> work(device, found).map(work -> answer(buffers, work, wait, found.base())))
                        .map(answer -> ResponseEntity.ok()
                                .cacheControl(CacheControl.noStore())
                                .contentType(MediaType.parseMediaType(ProtocolHeaders.PROTOBUF))
                                .body(answer))
                        .orElseGet(() -> nothing(federations.away(device))));
    }

    /** A device that is not needed for a while is told so, so that its wait costs it nothing. */
    private static ResponseEntity<DataBuffer> nothing(Duration away) {
        ResponseEntity.HeadersBuilder<?> answer = ResponseEntity.noContent().cacheControl(CacheControl.noStore());
        return (away.isPositive()
                        ? answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, away.toSeconds())))
                        : answer)
                .build();
    }

    /** The model's bytes are last on the wire, so that all devices have them from the same array. */
    private DataBuffer answer(DataBufferFactory buffers, Work work, Wait wait, ModelVersion base) {
        DataBuffer message = buffers.wrap(work.toByteArray());
        boolean has = wait.getModelSha256().equals(work.getModel().getSha256());
        if (has || wait.getMostModelBytes() < 1) {
            return message;
        }
        byte[] model = models.bytes(base);
        if (model.length
                > Math.min(wait.getMostModelBytes(), settings.mostGiven().toBytes())) {
            return message;
        }
        return buffers.join(List.of(message, buffers.wrap(head(model.length)), buffers.wrap(model)));
    }

    /** Of the field with a model of so many bytes. */
    private static byte[] head(int length) {
        try {
            ByteString.Output head = ByteString.newOutput();
            CodedOutputStream out = CodedOutputStream.newInstance(head);
            out.writeTag(Work.MODEL_BYTES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(length);
            out.flush();
            return head.toByteString().toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** None, if the round is over meanwhile and would have been secure: its terms are not known any more. */
    private Optional<Work> work(Device device, Assignment assignment) {
        Work.Builder work = open(device, assignment);
        if (assignment.evaluation()) {
            return Optional.of(work.setEvaluation(true).build());
        }
        if (!assignment.settings().secure().masked()) {
            return Optional.of(work.build());
        }
        return terms(device, assignment)
                .map(terms -> work.setSecure(SecureWork.of(terms, device.id().toString()))
                        .build());
    }

    private Optional<SecureTerms> terms(Device device, Assignment assignment) {
        Standing standing = federations.standing(device);
        int dimensions = assignment.layout().size();
        return standing.round() == assignment.round()
                ? standing.state()
                        .soFar()
                        .flatMap(at ->
                                SecureTerms.of(standing.federation(), assignment.round(), at.opened(), dimensions))
                : Optional.empty();
    }

    private Work.Builder open(Device device, Assignment assignment) {
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
                .setMostRequestBytes(participants.mostBody().toBytes())
                .setMostUpdateBytes(assignment.settings().limits().mostBytes())
                .setControlSha256(
                        assignment.control() == null
                                ? ByteString.EMPTY
                                : ByteString.copyFrom(HexFormat.of().parseHex(assignment.control())))
                .addAllLocalTensors(assignment.settings().staying().stream()
                        .map(tensor -> Tensor.newBuilder()
                                .setName(tensor.name())
                                .addAllShape(tensor.shape())
                                .build())
                        .toList())
                .setTraining(Training.newBuilder()
                        .setEpochs(training.epochs())
                        .setBatch(training.batch())
                        .setRate(training.rate())
                        .setMu(training.mu()));
    }

    private static ResponseEntity<byte[]> answer(Message message) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.parseMediaType(ProtocolHeaders.PROTOBUF))
                .body(message.toByteArray());
    }
}
