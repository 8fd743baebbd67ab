// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import static dev.rivulet.edge.FederationClient.BASE;
import static dev.rivulet.edge.FederationClient.parsed;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Upload;
import dev.rivulet.devices.v1.UploadOpening;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.edge.SignedHttp.Call;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/** How an update goes up: in one request, or announced, in parts that go on after a cut, and finished. Safe for threads. */
final class Uploading {

    /** Of the announcement in a request's path; a longer one, of many metrics, goes by itself. */
    private static final int LONGEST_QUERY = 1800;

    private final SignedHttp http;
    private final ClientSettings settings;
    private final Identity identity;

    Uploading(SignedHttp http, ClientSettings settings, Identity identity) {
        this.http = http;
        this.settings = settings;
        this.identity = identity;
    }

    /** In one request; in parts if that is cut or not answered in time, for a part is the less to lose. */
    UpdateAccepted whole(About about, byte[] update)
            throws IOException, InterruptedException, RefusedByFederationException {
        byte[] sha256 = DeviceKeys.digest(update);
        String said = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(opening(about, update.length, sha256).toByteArray());
        if (said.length() > LONGEST_QUERY) {
            return inParts(about, update);
        }
        Call call = Call.post(BASE + "/rounds/" + about.round() + "/update?about=" + said, update, sha256);
        for (int attempt = 0; ; attempt++) {
            try {
                return parsed(UpdateAccepted.parser(), http.once(identity.device(), identity.keys(), call));
            } catch (IOException e) {
                return inParts(about, update);
            } catch (RefusedByFederationException e) {
                if (attempt + 1 >= settings.attempts() || !SignedHttp.again(e)) {
                    throw e;
                }
            }
            Thread.sleep(settings.pause(attempt));
        }
    }

    /** In parts. */
    UpdateAccepted inParts(About about, byte[] update)
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

    /** Announces an update that is sent in parts. */
    Upload open(About about, long size, byte[] sha256)
            throws IOException, InterruptedException, RefusedByFederationException {
        byte[] opening = opening(about, size, sha256).toByteArray();
        return parsed(Upload.parser(), send(Call.post(BASE + "/uploads", opening)));
    }

    private static UploadOpening opening(About about, long size, byte[] sha256) {
        return UploadOpening.newBuilder()
                .setRound(about.round())
                .setSize(size)
                .setSha256(ByteString.copyFrom(sha256))
                .setBaseVersion(about.base())
                .setWeight(about.weight())
                .putAllMetrics(about.metrics())
                .build();
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

    private byte[] send(Call call) throws IOException, InterruptedException, RefusedByFederationException {
        return http.send(identity.device(), identity.keys(), call);
    }
}
