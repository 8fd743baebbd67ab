// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.SessionKeys;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.devices.v1.Refusal;
import dev.rivulet.edge.SessionSigning.Current;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Signs and sends requests; tries again what may be tried again, and follows the federation's clock. Safe for threads. */
final class SignedHttp implements AutoCloseable {

    private static final int NONCE_BYTES = 18;
    private static final int MOST_REFUSAL = 1 << 16;
    /** Of a body with which a plain connection may become HTTP/2; the federation holds it in memory before it knows whose it is. */
    private static final int MOST_OF_UPGRADE = 1 << 17;

    /**
     * A request.
     *
     * @param path with a leading slash, and a query if there is one
     * @param offset where a part begins; 0 for all other requests
     * @param waits that the federation may take beyond the usual
     * @param mostAnswer bytes of the answer
     * @param digest SHA-256 of the body in hexadecimal
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Call(String method, String path, byte[] body, long offset, Duration waits, long mostAnswer, String digest) {

        private static final long USUAL_ANSWER = 1 << 22;

        private static Call of(String method, String path, byte[] body, long offset) {
            return new Call(method, path, body, offset, Duration.ZERO, USUAL_ANSWER, DeviceKeys.sha256(body));
        }

        static Call get(String path) {
            return of("GET", path, new byte[0], 0);
        }

        static Call post(String path, byte[] body) {
            return of("POST", path, body, 0);
        }

        static Call part(String path, byte[] body, long offset) {
            return of("PATCH", path, body, offset);
        }

        /** Of a body whose digest is known. */
        static Call post(String path, byte[] body, byte[] sha256) {
            String digest = HexFormat.of().formatHex(sha256);
            return new Call("POST", path, body, 0, Duration.ZERO, USUAL_ANSWER, digest);
        }

        Call waiting(Duration time) {
            return new Call(method, path, body, offset, time, mostAnswer, digest);
        }

        Call answeredBy(long most) {
            return new Call(method, path, body, offset, waits, most, digest);
        }
    }

    private static final int NO_CONTENT = 204;
    private static final Duration LONGEST_TOLD = Duration.ofSeconds(60);
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private final URI federation;
    private final ClientSettings settings;
    private final Clock clock;
    private final RandomGenerator random;
    private final HttpClient client;
    private volatile long clockOffsetMs;
    private @Nullable SessionSigning sessions;
    private volatile Instant notNeededBefore = Instant.MIN;

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
            Duration pause = settings.pause(attempt);
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
                pause = pause(attempt, e);
            }
            Thread.sleep(pause);
        }
    }

    /** What the federation says it needs, if that is longer than the usual pause; whatever it says, it is not waited for longer than this. */
    private Duration pause(int attempt, RefusedByFederationException refused) {
        Duration usual = settings.pause(attempt);
        Duration told = refused.retryAfter().compareTo(LONGEST_TOLD) < 0 ? refused.retryAfter() : LONGEST_TOLD;
        return told.compareTo(usual) > 0 ? told : usual;
    }

    /** A part at the wrong place is not sent again as it is. */
    static boolean again(RefusedByFederationException refused) {
        return RefusalCode.of(refused.code())
                .map(code -> code.retryable() && code != RefusalCode.WRONG_OFFSET)
                .orElse(refused.status() >= 500);
    }

    /** Sends a request once. */
    byte[] once(String device, KeyPair keys, Call call)
            throws IOException, InterruptedException, RefusedByFederationException {
        Current session = session(device, keys, call);
        try {
            return once(signed(device, keys, session, call), call);
        } catch (RefusedByFederationException e) {
            if (session != null && e.code().equals(RefusalCode.UNKNOWN_SESSION.wire())) {
                sessionOf(device, keys).lost(session);
                return once(signed(device, keys, null, call), call);
            }
            throw e;
        }
    }

    /** Null where the device's key signs: while it enrols, for what is about keys, and where there is no session. */
    private @Nullable Current session(String device, KeyPair keys, Call call) throws InterruptedException {
        boolean ofKeys = call.path().endsWith("/session") || call.path().endsWith("/key");
        return !settings.sessions() || device.isEmpty() || ofKeys
                ? null
                : sessionOf(device, keys).current().orElse(null);
    }

    private synchronized SessionSigning sessionOf(String device, KeyPair keys) {
        SessionSigning known = sessions;
        if (known == null) {
            known = new SessionSigning(device, clock, opening -> once(signed(device, keys, null, opening), opening));
            sessions = known;
        }
        return known;
    }

    private byte[] once(HttpRequest request, Call call)
            throws IOException, InterruptedException, RefusedByFederationException {
        HttpResponse<byte[]> response = client.send(request, limited(call.mostAnswer()));
        if (response.statusCode() >= 400) {
            throw refused(response);
        }
        notNeededBefore = response.statusCode() == NO_CONTENT ? clock.instant().plus(seconds(response)) : Instant.MIN;
        return response.body();
    }

    /** An answer that is longer fails. */
    private static BodyHandler<byte[]> limited(long most) {
        return answer -> BodySubscribers.limiting(
                BodySubscribers.ofByteArray(), answer.statusCode() >= 400 ? MOST_REFUSAL : most);
    }

    /** How long the federation does not need the device any more, as it said with its last answer; zero if it said nothing. */
    Duration rest() {
        Instant now = clock.instant();
        return notNeededBefore.isAfter(now) ? Duration.between(now, notNeededBefore) : Duration.ZERO;
    }

    /** Of the header Retry-After, in its form of seconds; zero without it. */
    private static Duration seconds(HttpResponse<?> response) {
        Duration told = response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,9}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(Duration.ZERO);
        return told.compareTo(LONGEST_REST) < 0 ? told : LONGEST_REST;
    }

    private RefusedByFederationException refused(HttpResponse<byte[]> response) {
        Refusal refusal;
        try {
            refusal = Refusal.parseFrom(response.body());
        } catch (InvalidProtocolBufferException e) {
            refusal =
                    Refusal.newBuilder().setDetail("something between answered").build();
        }
        if (refusal.getCode().equals(RefusalCode.CLOCK_SKEW.wire())) {
            clockOffsetMs = refusal.getServerTimeMs() - clock.millis();
        }
        return new RefusedByFederationException(response.statusCode(), refusal, seconds(response));
    }

    private HttpRequest signed(String device, KeyPair keys, @Nullable Current session, Call call) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        URI target = federation.resolve(call.path());
        SignedHead head = new SignedHead(
                device,
                call.method(),
                target.getRawQuery() == null ? target.getRawPath() : target.getRawPath() + "?" + target.getRawQuery(),
                call.offset(),
                clock.millis() + clockOffsetMs,
                Base64.getUrlEncoder().withoutPadding().encodeToString(nonce),
                call.digest());
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(settings.answer().plus(call.waits()))
                .method(
                        call.method(),
                        call.body().length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(call.body()))
                .header("Content-Type", ProtocolHeaders.PROTOBUF)
                .header(ProtocolHeaders.TIMESTAMP, Long.toString(head.timestampMs()))
                .header(ProtocolHeaders.NONCE, head.nonce())
                .header(ProtocolHeaders.DIGEST, head.digest())
                .header(
                        ProtocolHeaders.SIGNATURE,
                        session == null
                                ? DeviceKeys.sign(keys.getPrivate(), head)
                                : SessionKeys.sign(session.key(), session.id(), head));
        if (session != null) {
            request.header(ProtocolHeaders.SESSION, session.id());
        }
        if (target.getScheme().equals("http") && call.body().length > MOST_OF_UPGRADE) {
            request.version(HttpClient.Version.HTTP_1_1);
        }
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
