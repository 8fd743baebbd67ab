// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.rivulet.devices.v1.Attestation;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.Challenge;
import dev.rivulet.devices.v1.Consent;
import dev.rivulet.devices.v1.ConsentAnswer;
import dev.rivulet.devices.v1.Enrolled;
import dev.rivulet.devices.v1.Enrolment;
import dev.rivulet.devices.v1.Evaluated;
import dev.rivulet.devices.v1.Heartbeat;
import dev.rivulet.devices.v1.HeartbeatAnswer;
import dev.rivulet.devices.v1.KeyChange;
import dev.rivulet.devices.v1.KeyChanged;
import dev.rivulet.devices.v1.Model;
import dev.rivulet.devices.v1.Noised;
import dev.rivulet.devices.v1.Protocol;
import dev.rivulet.devices.v1.Refusal;
import dev.rivulet.devices.v1.Report;
import dev.rivulet.devices.v1.Secure;
import dev.rivulet.devices.v1.Session;
import dev.rivulet.devices.v1.SessionOpening;
import dev.rivulet.devices.v1.Tensor;
import dev.rivulet.devices.v1.Training;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Upload;
import dev.rivulet.devices.v1.UploadOpening;
import dev.rivulet.devices.v1.Wait;
import dev.rivulet.devices.v1.Weighted;
import dev.rivulet.devices.v1.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Devices are not updated together with their federation: the bytes of a release never change, new fields are added only. */
class GoldenBytesTest {

    private static final Path FILE = Path.of("src/test/resources/golden/0.1.0.txt");
    private static final ByteString BYTES = ByteString.fromHex("00ff10");

    @Test
    void everyMessageHasTheBytesOfItsRelease() throws IOException {
        Map<String, String> now = new TreeMap<>();
        samples().forEach(message -> now.put(name(message), HexFormat.of().formatHex(message.toByteArray())));
        extended()
                .forEach(message -> now.put(name(message) + "/2", HexFormat.of().formatHex(message.toByteArray())));
        if (Boolean.getBoolean("rivulet.write")) {
            Files.writeString(
                    FILE,
                    now.entrySet().stream()
                            .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                            .collect(Collectors.joining()));
        }
        Map<String, String> released = Files.readAllLines(FILE).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (one, _) -> one, TreeMap::new));

        assertThat(now).isEqualTo(released);
    }

    private static String name(Message message) {
        return message.getDescriptorForType().getName();
    }

    @Test
    void samplesFillEveryField() {
        List<String> again = extended().stream().map(GoldenBytesTest::name).toList();
        List<Message> latest = Stream.concat(
                        samples().stream().filter(message -> !again.contains(name(message))), extended().stream())
                .toList();
        assertThat(latest)
                .allSatisfy(message ->
                        assertThat(message.getAllFields().keySet()).containsExactlyElementsOf(fields(message)));
    }

    /** All fields; of those that exclude each other, the one that is set. */
    private static List<FieldDescriptor> fields(Message message) {
        return message.getDescriptorForType().getFields().stream()
                .filter(field -> field.getContainingOneof() == null || message.hasField(field))
                .toList();
    }

    private static List<Message> samples() {
        return Stream.of(joining(), working(), answering())
                .flatMap(List::stream)
                .toList();
    }

    /** Messages with the fields that were added after their first version. */
    private static List<Message> extended() {
        return samples().stream()
                .flatMap(message -> switch (message) {
                    case Wait wait ->
                        Stream.of(wait.toBuilder()
                                .setModelSha256(BYTES)
                                .setMostModelBytes(1 << 22)
                                .setEvaluates(true)
                                .build());
                    case Work work ->
                        Stream.of(work.toBuilder()
                                .setMostRequestBytes(1 << 23)
                                .setModelBytes(BYTES)
                                .setEvaluation(true)
                                .build());
                    default -> Stream.<Message>empty();
                })
                .toList();
    }

    private static List<Message> joining() {
        Attestation attestation = Attestation.newBuilder()
                .setChallenge(BYTES)
                .setStatement(BYTES)
                .setSignature(BYTES)
                .setKey(BYTES)
                .build();
        Capabilities capabilities = Capabilities.newBuilder()
                .setCompute(1.5)
                .setBatteryPercent(80)
                .setCharging(true)
                .setMetered(true)
                .setUploadBytesPerSecond(125_000)
                .setDataAgeMs(1000)
                .setExamples(300)
                .build();
        return List.of(
                Protocol.newBuilder()
                        .addVersions(1)
                        .setServerTimeMs(1_790_000_000_000L)
                        .setMostClockSkewMs(60_000)
                        .setMostBodyBytes(1 << 20)
                        .build(),
                Enrolment.newBuilder()
                        .setToken("token")
                        .setPublicKey(BYTES)
                        .setLabel("kitchen")
                        .setAttestation(attestation)
                        .build(),
                attestation,
                Challenge.newBuilder().setChallenge(BYTES).setLifeMs(60_000).build(),
                KeyChange.newBuilder().setPublicKey(BYTES).setProof(BYTES).build(),
                KeyChanged.newBuilder().setPublicKey(BYTES).build(),
                SessionOpening.newBuilder().setPublicKey(BYTES).build(),
                Session.newBuilder()
                        .setId("session")
                        .setPublicKey(BYTES)
                        .setLifeMs(3_600_000)
                        .build(),
                Enrolled.newBuilder()
                        .setDeviceId("device")
                        .setFederation("hub")
                        .setHeartbeatEveryMs(5000)
                        .build(),
                Heartbeat.newBuilder().setCapabilities(capabilities).build(),
                HeartbeatAnswer.newBuilder()
                        .setNextWithinMs(5000)
                        .setParticipating(true)
                        .build(),
                Consent.newBuilder().setParticipate(true).build(),
                ConsentAnswer.newBuilder().setParticipating(true).build());
    }

    private static List<Message> working() {
        Model model = Model.newBuilder()
                .setVersion(7)
                .addTensors(Tensor.newBuilder().setName("weight").addShape(4).addShape(3))
                .setSha256(BYTES)
                .build();
        Training training = Training.newBuilder()
                .setEpochs(2)
                .setBatch(10)
                .setRate(0.5f)
                .setMu(0.25f)
                .build();
        Secure.Builder secure = Secure.newBuilder()
                .setAggregation("ab")
                .setDevice(2)
                .setDevices(10)
                .setMinimum(7)
                .setBits(24)
                .addMembers("device");
        Weighted weighted = Weighted.newBuilder()
                .setRange(0.5)
                .setLevels(1000)
                .setMostWeight(300)
                .setAlike(true)
                .build();
        Noised noised = Noised.newBuilder()
                .setClip(1)
                .setGranularity(0.25)
                .setLocalDeviation(0.5)
                .setRotationSeed(77)
                .build();
        return List.of(
                weighted,
                secure.clone().setNoised(noised).build(),
                Wait.newBuilder().setMostMs(25_000).build(),
                Work.newBuilder()
                        .setFederation("hub")
                        .setRound(3)
                        .setModel(model)
                        .setDueInMs(60_000)
                        .setMostUpdateBytes(50_000)
                        .setTraining(training)
                        .setControlSha256(BYTES)
                        .addLocalTensors(Tensor.newBuilder().setName("head").addShape(3))
                        .setSecure(secure.setWeighted(weighted))
                        .build());
    }

    private static List<Message> answering() {
        return List.of(
                UploadOpening.newBuilder()
                        .setRound(3)
                        .setSize(49_000)
                        .setSha256(BYTES)
                        .setBaseVersion(7)
                        .setWeight(300)
                        .putMetrics("loss-before", 0.5)
                        .build(),
                Upload.newBuilder()
                        .setId("upload")
                        .setOffset(1024)
                        .setMostPartBytes(1 << 18)
                        .build(),
                UpdateAccepted.newBuilder().setRound(3).setCounted(4).build(),
                Evaluated.newBuilder()
                        .setExamples(40)
                        .setLoss(0.25)
                        .setAccuracy(0)
                        .setReason("no-data")
                        .build(),
                Report.newBuilder().setReason("battery").setDetail("9 %").build(),
                Refusal.newBuilder()
                        .setCode("wrong-offset")
                        .setDetail("it begins at 1024")
                        .setServerTimeMs(1_790_000_000_000L)
                        .setRetryAfterMs(1000)
                        .setOffset(1024)
                        .build());
    }
}
