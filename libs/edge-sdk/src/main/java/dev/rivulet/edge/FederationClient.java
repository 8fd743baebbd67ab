package dev.rivulet.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Attestation;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.Challenge;
import dev.rivulet.devices.v1.Consent;
import dev.rivulet.devices.v1.ConsentAnswer;
import dev.rivulet.devices.v1.Enrolled;
import dev.rivulet.devices.v1.Enrolment;
import dev.rivulet.devices.v1.Heartbeat;
import dev.rivulet.devices.v1.HeartbeatAnswer;
import dev.rivulet.devices.v1.KeyChange;
import dev.rivulet.devices.v1.KeyChanged;
import dev.rivulet.devices.v1.Model;
import dev.rivulet.devices.v1.Report;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Upload;
import dev.rivulet.devices.v1.UploadOpening;
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

/**
 * The calls of the protocol, each signed, and sent again where that may help. All throw {@link IOException} if the federation can't be
 * reached and {@link RefusedByFederationException} if it refuses. Safe for threads.
 */
public final class FederationClient implements AutoCloseable {

    private static final String BASE = "/federation/v1";
    private static final Duration LONGEST_POLL = Duration.ofSeconds(30);

    private final SignedHttp http;
    private final ClientSettings settings;
    private final Identity identity;

    private FederationClient(SignedHttp http, ClientSettings settings, Identity identity) {
        this.http = http;
        this.settings = settings;
        this.identity = identity;
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

    /** Waits for work, at most so long; empty if there was none. */
    public Optional<Work> await(Duration most) throws IOException, InterruptedException, RefusedByFederationException {
        Wait wait = Wait.newBuilder().setMostMs((int) most.toMillis()).build();
        byte[] answer = send(Call.post(BASE + "/wait", wait.toByteArray()).waiting(most));
        return answer.length == 0 ? Optional.empty() : Optional.of(parsed(Work.parser(), answer));
    }

    /** The values of a model, whose digest is checked. */
    public Parameters model(Model model) throws IOException, InterruptedException, RefusedByFederationException {
        Layout layout = layout(model);
        long size = 4L * layout.size();
        if (size > settings.mostModel()) {
            throw new IOException("the model has " + size + " bytes, the device takes " + settings.mostModel());
        }
        byte[] bytes = send(Call.get(BASE + "/models/" + model.getVersion()).answeredBy(size));
        if (bytes.length != size
                || !Arrays.equals(DeviceKeys.digest(bytes), model.getSha256().toByteArray())) {
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
        return new Parameters(layout, floats(bytes));
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
        return floats(bytes);
    }

    /** Names and shapes of a model. */
    public static Layout layout(Model model) {
        return new Layout(model.getTensorsList().stream()
                .map(tensor -> new Layout.Tensor(tensor.getName(), tensor.getShapeList()))
                .toList());
    }

    private static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /**
     * What is said of an update.
     *
     * @param base version that was trained
     * @param weight number of examples
     */
    public record About(long round, long base, double weight, Map<String, Double> metrics) {}

    /** Uploads an update and has it judged; goes on where it was after a connection breaks. */
    public UpdateAccepted upload(About about, byte[] update)
            throws IOException, InterruptedException, RefusedByFederationException {
        Upload upload = open(about, update.length, DeviceKeys.digest(update));
        String path = BASE + "/uploads/" + upload.getId();
        long offset = upload.getOffset();
        int part = Math.max(1, Math.min(settings.mostPart(), upload.getMostPartBytes()));
        int failures = 0;
        while (offset < update.length) {
            int from = (int) offset;
            byte[] bytes = Arrays.copyOfRange(update, from, Math.min(update.length, from + part));
            try {
                offset = sent(path, bytes, offset);
                failures = 0;
            } catch (IOException e) {
                failures++;
                if (failures >= settings.attempts()) {
                    throw e;
                }
                Thread.sleep(settings.pause(failures));
                offset = parsed(Upload.parser(), send(Call.get(path))).getOffset();
            }
        }
        return parsed(UpdateAccepted.parser(), send(Call.post(path + "/finish", new byte[0])));
    }

    /** Announces an update: the first step of {@link #upload}. */
    public Upload open(About about, long size, byte[] sha256)
            throws IOException, InterruptedException, RefusedByFederationException {
        UploadOpening opening = UploadOpening.newBuilder()
                .setRound(about.round())
                .setSize(size)
                .setSha256(ByteString.copyFrom(sha256))
                .setBaseVersion(about.base())
                .setWeight(about.weight())
                .putAllMetrics(about.metrics())
                .build();
        return post(Upload.parser(), "/uploads", opening);
    }

    private long sent(String path, byte[] bytes, long offset)
            throws IOException, InterruptedException, RefusedByFederationException {
        try {
            byte[] answer = http.once(identity.device(), identity.keys(), Call.part(path, bytes, offset));
            return parsed(Upload.parser(), answer).getOffset();
        } catch (RefusedByFederationException e) {
            return switch (RefusalCode.of(e.code()).orElse(RefusalCode.UNAVAILABLE)) {
                case WRONG_OFFSET -> e.refusal().getOffset();
                case BUSY, UNAVAILABLE, CLOCK_SKEW -> throw new IOException(e);
                default -> throw e;
            };
        }
    }

    /** Says that the device has no update to give for a round. */
    public void report(long round, String reason, String detail)
            throws IOException, InterruptedException, RefusedByFederationException {
        Report report = Report.newBuilder().setReason(reason).setDetail(detail).build();
        send(Call.post(BASE + "/rounds/" + round + "/report", report.toByteArray()));
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

    private static <T extends MessageLite> T parsed(Parser<T> parser, byte[] bytes) throws IOException {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("the answer is not of the protocol", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
