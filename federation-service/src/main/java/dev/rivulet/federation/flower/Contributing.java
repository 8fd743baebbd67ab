// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federated.compression.Bandwidth;
import dev.rivulet.federated.compression.Compressor;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.Numbers;
import dev.rivulet.federated.compression.Scheme;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.compression.UploadBudget;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.rounds.Assignment;
import dev.rivulet.federation.updates.Announcement;
import dev.rivulet.federation.updates.Uploads;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Hands in the updates of a participant that can't itself, as if it had uploaded them: the same budget, the same judge. */
final class Contributing {

    /** Of an update that is judged when too many others are. */
    private static final int ATTEMPTS = 6;

    private static final long PAUSE_MS = 100;
    private static final Bandwidth WITHIN = new Bandwidth(1e12);

    private final Device device;
    private final Uploads uploads;
    private final RandomGenerator random;

    Contributing(Device device, Uploads uploads, RandomGenerator random) {
        this.device = device;
        this.uploads = uploads;
        this.random = random;
    }

    /**
     * Has an update judged and told to the round.
     *
     * @throws RefusedException as an upload is refused
     */
    void handIn(Assignment work, Parameters delta, double weight, Map<String, Double> metrics) {
        byte[] bytes = UpdateCodec.write(encoded(delta, work.settings().limits().mostBytes()));
        Announcement said = new Announcement(
                work.round(),
                bytes.length,
                DeviceKeys.sha256(bytes),
                work.base().version(),
                weight,
                metrics);
        int offset = (int) uploads.open(device, said);
        if (offset < bytes.length) {
            uploads.append(device, work.round(), offset, Arrays.copyOfRange(bytes, offset, bytes.length));
        }
        finish(work.round());
    }

    /** What is not finite is sent as it is: the judge refuses it by name. */
    private Encoded encoded(Parameters delta, long mostBytes) {
        Scheme scheme = UploadBudget.ofBytes(mostBytes)
                .choose(delta.size(), WITHIN, Duration.ofHours(1))
                .orElse(Scheme.dense(32));
        return Double.isFinite(delta.norm())
                ? new Compressor(Random.from(random)).encode(delta.values(), scheme)
                : new Encoded.Dense(new Numbers.Floats(delta.values()));
    }

    private void finish(long round) {
        for (int attempt = 1; ; attempt++) {
            try {
                uploads.finish(device, round);
                return;
            } catch (RefusedException e) {
                if (e.code() != RefusalCode.BUSY || attempt == ATTEMPTS) {
                    throw e;
                }
            }
            pause(attempt, round);
        }
    }

    private static void pause(int attempt, long round) {
        try {
            Thread.sleep(PAUSE_MS << attempt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(
                    RefusalCode.BUSY, "interrupted before the update of round " + round + " was judged");
        }
    }
}
