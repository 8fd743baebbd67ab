// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import dev.rivulet.devices.DeviceKeys;
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
import dev.rivulet.devices.v1.Report;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Upload;
import dev.rivulet.devices.v1.Wait;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.SignedHttp.Call;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the protocol, each signed, and sent again where that may help. All throw {@link IOException} if the federation can't be
 * reached and {@link RefusedByFederationException} if it refuses. Safe for threads.
 */
public final class FederationClient implements AutoCloseable {

    static final String BASE = "/federation/v1";
    /** Bytes of a message of work without its model. */
    private static final long MOST_WORK = 1 << 22;

    private static final Duration LONGEST_POLL = Duration.ofSeconds(30);

    private final SignedHttp http;
    private final ClientSettings settings;
    private final Identity identity;
    private final Uploading uploading;
    private volatile @Nullable Held held;
    private volatile long mostRequest;

    /** The model that the device last had. */
    private record Held(ByteString sha256, Parameters values) {}

    private FederationClient(SignedHttp http, ClientSettings settings, Identity identity) {
        this.http = http;
        this.settings = settings;
        this.identity = identity;
        this.uploading = new Uploading(http, settings, identity);
    }

    /**
     * A client of a device that has enrolled.
     *
     * @param random for nonces: not to be guessed
     */
    public static FederationClient of(
            URI federation, Identity identity, ClientSettings settings, Clock clock, RandomGenerator random) {
        return new FederationClient(new SignedHttp(federation, settings, clock, random), settings, identity);
    }

    /** Enrols by a token; the same keys again are the same device. */
    public static FederationClient enrol(
            URI federation,
            String token,
            KeyPair keys,
            String label,
            ClientSettings settings,
            Clock clock,
            RandomGenerator random)
            throws IOException, InterruptedException, RefusedByFederationException {
        return enrol(federation, enrolment(token, keys, label).build(), keys, settings, clock, random);
    }

    /** Enrols by a token where the federation wants to see what the device runs. */
    public static FederationClient enrolAttested(
            URI federation,
            String token,
            KeyPair keys,
            String label,
            Attesting attesting,
            ClientSettings settings,
            Clock clock,
            RandomGenerator random)
            throws IOException, InterruptedException, RefusedByFederationException {
        Challenge challenge;
        try (SignedHttp http = new SignedHttp(federation, settings, clock, random)) {
            challenge = parsed(Challenge.parser(), http.send("", keys, Call.get(BASE + "/challenge")));
        }
        byte[] raw = DeviceKeys.raw(keys.getPublic());
        Attesting.Shown shown = shown(
                attesting, DeviceKeys.attestationNonce(challenge.getChallenge().toByteArray(), raw));
        Attestation attestation = Attestation.newBuilder()
                .setChallenge(challenge.getChallenge())
                .setStatement(ByteString.copyFrom(shown.statement()))
                .setSignature(ByteString.copyFrom(shown.signature()))
                .setKey(ByteString.copyFrom(shown.key()))
                .build();
        Enrolment enrolment =
                enrolment(token, keys, label).setAttestation(attestation).build();
        return enrol(federation, enrolment, keys, settings, clock, random);
    }

    private static Attesting.Shown shown(Attesting attesting, byte[] nonce) throws IOException, InterruptedException {
        try {
            return attesting.show(nonce);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the device can't show what it runs", e);
        }
    }

    private static Enrolment.Builder enrolment(String token, KeyPair keys, String label) {
        return Enrolment.newBuilder()
                .setToken(token)
                .setPublicKey(ByteString.copyFrom(DeviceKeys.raw(keys.getPublic())))
                .setLabel(label);
    }

    private static FederationClient enrol(
            URI federation,
            Enrolment enrolment,
            KeyPair keys,
            ClientSettings settings,
            Clock clock,
            RandomGenerator random)
            throws IOException, InterruptedException, RefusedByFederationException {
        SignedHttp http = new SignedHttp(federation, settings, clock, random);
        try {
            Enrolled enrolled =
                    parsed(Enrolled.parser(), http.send("", keys, Call.post(BASE + "/enrol", enrolment.toByteArray())));
            Identity identity = new Identity(enrolled.getDeviceId(), enrolled.getFederation(), keys);
            return new FederationClient(http, settings, identity);
        } catch (IOException | InterruptedException | RefusedByFederationException | RuntimeException e) {
            http.close();
            throw e;
        }
    }

    /**
     * Replaces the key of this device. Keep the fresh key before, and the identity that comes back after; whoever does not know whether
     * an earlier try arrived asks again with this client and then, if it is refused as forged, with one of the fresh key.
     *
     * @return who the device is from now on; this client still signs with the old key, and is of no use any more
     */
    public Identity changeKey(KeyPair fresh) throws IOException, InterruptedException, RefusedByFederationException {
        KeyChange change = KeyChange.newBuilder()
                .setPublicKey(ByteString.copyFrom(DeviceKeys.raw(fresh.getPublic())))
                .setProof(ByteString.copyFrom(DeviceKeys.proof(identity.device(), fresh)))
                .build();
        post(KeyChanged.parser(), "/key", change);
        return new Identity(identity.device(), identity.federation(), fresh);
    }

    /** Who this is. */
    public Identity identity() {
        return identity;
    }

    /** Says that the device is there and what it can do. */
    public HeartbeatAnswer heartbeat(Capabilities capabilities)
            throws IOException, InterruptedException, RefusedByFederationException {
        Heartbeat heartbeat =
                Heartbeat.newBuilder().setCapabilities(capabilities).build();
        return post(HeartbeatAnswer.parser(), "/heartbeat", heartbeat);
    }

    /** Says whether the device takes part. */
    public boolean participate(boolean participate)
            throws IOException, InterruptedException, RefusedByFederationException {
        Consent consent = Consent.newBuilder().setParticipate(participate).build();
        return post(ConsentAnswer.parser(), "/consent", consent).getParticipating();
    }

    /** Waits for work, at most so long; empty if there was none. A model that the device does not have comes with it. */
    public Optional<Work> await(Duration most) throws IOException, InterruptedException, RefusedByFederationException {
        return await(most, false);
    }

    /** @param evaluates whether work may be to measure a version: {@link #evaluated} is its answer */
    Optional<Work> await(Duration most, boolean evaluates)
            throws IOException, InterruptedException, RefusedByFederationException {
        Held has = held;
        Wait wait = Wait.newBuilder()
                .setMostMs((int) most.toMillis())
                .setModelSha256(has == null ? ByteString.EMPTY : has.sha256())
                .setMostModelBytes(settings.mostModel())
                .setEvaluates(evaluates)
                .build();
        byte[] answer = send(Call.post(BASE + "/wait", wait.toByteArray())
                .waiting(most)
                .answeredBy(settings.mostModel() + MOST_WORK));
        if (answer.length == 0) {
            return Optional.empty();
        }
        Work work = parsed(Work.parser(), answer);
        mostRequest = work.getMostRequestBytes();
        return Optional.of(work);
    }

    /** How long the device is not needed any more, as the federation said when it had no work; zero if it did not say. At most an hour. */
    public Duration rest() {
        return http.rest();
    }

    /** The model to train from: the one that the device has, the one that came with the work, or fetched. Its digest is checked. */
    public Parameters model(Work work) throws IOException, InterruptedException, RefusedByFederationException {
        Model model = work.getModel();
        Held has = held;
        if (has != null
                && has.sha256().equals(model.getSha256())
                && has.values().layout().equals(layout(model))) {
            return has.values();
        }
        ByteString given = work.getModelBytes();
        Parameters values = given.isEmpty() ? model(model) : checked(model, given.asReadOnlyByteBuffer());
        held = new Held(model.getSha256(), values);
        return values;
    }

    /** The values of a model, fetched; its digest is checked. */
    public Parameters model(Model model) throws IOException, InterruptedException, RefusedByFederationException {
        long size = 4L * layout(model).size();
        if (size > settings.mostModel()) {
            throw new IOException("the model has " + size + " bytes, the device takes " + settings.mostModel());
        }
        return checked(
                model,
                ByteBuffer.wrap(
                        send(Call.get(BASE + "/models/" + model.getVersion()).answeredBy(size))));
    }

    private static Parameters checked(Model model, ByteBuffer bytes) throws IOException {
        Layout layout = layout(model);
        if (bytes.remaining() != 4L * layout.size()
                || !ByteBuffer.wrap(DeviceKeys.digest(bytes.duplicate()))
                        .equals(model.getSha256().asReadOnlyByteBuffer())) {
            throw new IOException("the bytes of the model are not those of its digest");
        }
        return new Parameters(layout, floats(bytes));
    }

    /**
     * SCAFFOLD's control variate that goes with a model.
     *
     * @param sha256 as the work says
     */
    public Parameters control(Model model, byte[] sha256)
            throws IOException, InterruptedException, RefusedByFederationException {
        Layout layout = layout(model);
        byte[] bytes = send(
                Call.get(BASE + "/models/" + model.getVersion() + "/control").answeredBy(4L * layout.size()));
        if (bytes.length != 4L * layout.size() || !Arrays.equals(DeviceKeys.digest(bytes), sha256)) {
            throw new IOException("the bytes of the control variate are not those of its digest");
        }
        return new Parameters(layout, floats(ByteBuffer.wrap(bytes)));
    }

    /** The values of one tensor of a model. */
    public float[] layer(Model model, int layer)
            throws IOException, InterruptedException, RefusedByFederationException {
        long size = 4L * layout(model).tensors().get(layer).size();
        byte[] bytes = send(Call.get(BASE + "/models/" + model.getVersion() + "/layers/" + layer)
                .answeredBy(size));
        if (bytes.length != size) {
            throw new IOException("the layer has " + bytes.length + " bytes, not " + size);
        }
        return floats(ByteBuffer.wrap(bytes));
    }

    /** Names and shapes of a model. */
    public static Layout layout(Model model) {
        return new Layout(model.getTensorsList().stream()
                .map(tensor -> new Layout.Tensor(tensor.getName(), tensor.getShapeList()))
                .toList());
    }

    private static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / 4];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /**
     * What is said of an update.
     *
     * @param base version that was trained
     * @param weight number of examples
     */
    public record About(long round, long base, double weight, Map<String, Double> metrics) {}

    /**
     * Uploads an update and has it judged: in one request if it fits one and the federation has said so with the work, else in parts;
     * goes on where it was after a connection breaks.
     */
    public UpdateAccepted upload(About about, byte[] update)
            throws IOException, InterruptedException, RefusedByFederationException {
        boolean fits = update.length <= Math.min(settings.mostWhole(), mostRequest);
        return fits ? uploading.whole(about, update) : uploading.inParts(about, update);
    }

    /** Announces an update that is sent in parts: the first step of {@link #upload}. */
    public Upload open(About about, long size, byte[] sha256)
            throws IOException, InterruptedException, RefusedByFederationException {
        return uploading.open(about, size, sha256);
    }

    /** Says that the device has no update to give for a round. */
    public void report(long round, String reason, String detail)
            throws IOException, InterruptedException, RefusedByFederationException {
        Report report = Report.newBuilder().setReason(reason).setDetail(detail).build();
        send(Call.post(BASE + "/rounds/" + round + "/report", report.toByteArray()));
    }

    /**
     * Says how well a version does on the device's data.
     *
     * @param found empty if the device could not measure
     */
    public void evaluated(long version, Optional<Trainer.Measured> found)
            throws IOException, InterruptedException, RefusedByFederationException {
        Evaluated.Builder said = Evaluated.newBuilder();
        found.ifPresentOrElse(
                each -> {
                    said.setExamples(each.examples()).setLoss(each.loss());
                    Double accuracy = each.accuracy();
                    if (accuracy != null) {
                        said.setAccuracy(accuracy);
                    }
                },
                () -> said.setReason("no-data"));
        send(Call.post(
                BASE + "/versions/" + version + "/evaluation", said.build().toByteArray()));
    }

    /**
     * Sends the message of a step of a secure round and waits until the step has closed.
     *
     * @param step keys, shares, vector, survivors or unmask
     * @param most after which the device gives up
     * @return the message of the next step; after the last an {@link UpdateAccepted}
     */
    public byte[] secure(long round, String step, byte[] message, Duration most)
            throws IOException, InterruptedException, RefusedByFederationException {
        String path = BASE + "/rounds/" + round + "/secure/" + step;
        long began = System.nanoTime();
        byte[] answer = send(Call.post(path, message).waiting(LONGEST_POLL));
        while (answer.length == 0) {
            if (System.nanoTime() - began > most.toNanos()) {
                throw new IOException("the step " + step + " of round " + round + " was not closed in " + most);
            }
            answer = send(Call.post(path, new byte[0]).waiting(LONGEST_POLL));
        }
        return answer;
    }

    private <T extends MessageLite> T post(Parser<T> parser, String path, MessageLite body)
            throws IOException, InterruptedException, RefusedByFederationException {
        return parsed(parser, send(Call.post(BASE + path, body.toByteArray())));
    }

    private byte[] send(Call call) throws IOException, InterruptedException, RefusedByFederationException {
        return http.send(identity.device(), identity.keys(), call);
    }

    /** Long fields stay where they are in the bytes. */
    static <T extends MessageLite> T parsed(Parser<T> parser, byte[] bytes) throws IOException {
        CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        input.enableAliasing(true);
        try {
            return parser.parseFrom(input);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("the answer is not of the protocol", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
