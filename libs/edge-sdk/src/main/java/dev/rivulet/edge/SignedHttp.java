package dev.rivulet.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.devices.v1.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** Signs and sends requests; tries again what may be tried again, and follows the federation's clock. Safe for threads. */
final class SignedHttp implements AutoCloseable {

    private static final int NONCE_BYTES = 18;
    private static final int MOST_REFUSAL = 1 << 16;

    /**
     * A request.
     *
     * @param path with a leading slash
     * @param offset where a part begins; 0 for all other requests
     * @param waits that the federation may take beyond the usual
     * @param mostAnswer bytes of the answer
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Call(String method, String path, byte[] body, long offset, Duration waits, long mostAnswer) {

        private static final long USUAL_ANSWER = 1 << 22;

        static Call get(String path) {
            return new Call("GET", path, new byte[0], 0, Duration.ZERO, USUAL_ANSWER);
        }

        static Call post(String path, byte[] body) {
            return new Call("POST", path, body, 0, Duration.ZERO, USUAL_ANSWER);
        }

        static Call part(String path, byte[] body, long offset) {
            return new Call("PATCH", path, body, offset, Duration.ZERO, USUAL_ANSWER);
        }

        Call waiting(Duration time) {
            return new Call(method, path, body, offset, time, mostAnswer);
        }

        Call answeredBy(long most) {
            return new Call(method, path, body, offset, waits, most);
        }
    }

    private final URI federation;
    private final ClientSettings settings;
    private final Clock clock;
    private final RandomGenerator random;
    private final HttpClient client;
    private volatile long clockOffsetMs;

    SignedHttp(URI federation, ClientSettings settings, Clock clock, RandomGenerator random) {
        this.federation = federation;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .connectTimeout(settings.connect())
                .build();
    }

    /**
     * Sends a request until it is answered.
     *
     * @param device id; empty while it enrols
     * @throws IOException if it was not answered, each time
     */
    byte[] send(String device, KeyPair keys, Call call)
            throws IOException, InterruptedException, RefusedByFederationException {
        for (int attempt = 0; ; attempt++) {
            boolean last = attempt + 1 >= settings.attempts();
            try {
                return once(device, keys, call);
            } catch (IOException e) {
                if (last) {
                    throw e;
                }
            } catch (RefusedByFederationException e) {
                if (last || !again(e)) {
                    throw e;
                }
            }
            Thread.sleep(settings.pause(attempt));
        }
    }

    /** A part at the wrong place is not sent again as it is. */
    private static boolean again(RefusedByFederationException refused) {
        return RefusalCode.of(refused.code())
                .map(code -> code.retryable() && code != RefusalCode.WRONG_OFFSET)
                .orElse(refused.status() >= 500);
    }

    /** Sends a request once. */
    byte[] once(String device, KeyPair keys, Call call)
            throws IOException, InterruptedException, RefusedByFederationException {
        HttpRequest request = signed(device, keys, call);
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() >= 400) {
                throw refused(response.statusCode(), body.readNBytes(MOST_REFUSAL));
            }
            byte[] bytes = body.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, call.mostAnswer() + 1));
            if (bytes.length > call.mostAnswer()) {
                throw new IOException(
                        "the answer of " + call.path() + " has more than " + call.mostAnswer() + " bytes");
            }
            return bytes;
        }
    }

    private RefusedByFederationException refused(int status, byte[] body) {
        Refusal refusal;
        try {
            refusal = Refusal.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            refusal =
                    Refusal.newBuilder().setDetail("something between answered").build();
        }
        if (refusal.getCode().equals(RefusalCode.CLOCK_SKEW.wire())) {
            clockOffsetMs = refusal.getServerTimeMs() - clock.millis();
        }
        return new RefusedByFederationException(status, refusal);
    }

    private HttpRequest signed(String device, KeyPair keys, Call call) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        URI target = federation.resolve(call.path());
        SignedHead head = new SignedHead(
                device,
                call.method(),
                target.getRawPath(),
                call.offset(),
                clock.millis() + clockOffsetMs,
                Base64.getUrlEncoder().withoutPadding().encodeToString(nonce),
                DeviceKeys.sha256(call.body()));
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(settings.answer().plus(call.waits()))
                .method(
                        call.method(),
                        call.body().length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(call.body()))
                .header("Content-Type", ProtocolHeaders.PROTOBUF)
                .header(ProtocolHeaders.TIMESTAMP, Long.toString(head.timestampMs()))
                .header(ProtocolHeaders.NONCE, head.nonce())
                .header(ProtocolHeaders.DIGEST, head.digest())
                .header(ProtocolHeaders.SIGNATURE, DeviceKeys.sign(keys.getPrivate(), head));
        if (!device.isEmpty()) {
            request.header(ProtocolHeaders.DEVICE, device);
        }
        if (call.offset() > 0) {
            request.header(ProtocolHeaders.OFFSET, Long.toString(call.offset()));
        }
        return request.build();
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
