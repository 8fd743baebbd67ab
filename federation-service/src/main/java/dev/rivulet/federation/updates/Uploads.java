// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federated.update.UpdateCheck;
import dev.rivulet.federation.aggregation.Controls;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Contribution;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.federation.updates.UpdateFiles.Place;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Takes updates in: in one request, or announced, then sent in parts; then judged and told to the round. An update that is refused when it is judged is
 * the device's answer of the round: the round waits for it no longer. Safe for threads.
 */
@Component
public class Uploads {

    /** So many that two devices of a round seldom share one. */
    private static final int STRIPES = 4096;

    private final Federations federations;
    private final Models models;
    private final UpdateFiles files;
    private final DecodedUpdates updates;
    private final UpdatesSettings settings;
    private final ObjectProvider<CountedUpdates> told;
    private final MeterRegistry meters;
    private final Semaphore decoded;
    private final Lock[] stripes =
            IntStream.range(0, STRIPES).mapToObj(_ -> new ReentrantLock()).toArray(Lock[]::new);

    Uploads(
            Federations federations,
            Models models,
            UpdateFiles files,
            DecodedUpdates updates,
            UpdatesSettings settings,
            ObjectProvider<CountedUpdates> told,
            MeterRegistry meters) {
        this.federations = federations;
        this.models = models;
        this.files = files;
        this.updates = updates;
        this.settings = settings;
        this.told = told;
        this.meters = meters;
        this.decoded = new Semaphore(settings.mostDecoded());
    }

    /**
     * Begins an upload, or goes on with the one of the same announcement.
     *
     * @return where the next bytes begin
     * @throws RefusedException before a byte of the update is read: too-large among others
     */
    public long open(Device device, Announcement announcement) {
        if (counts(device, announcement)) {
            return announcement.size();
        }
        requireAnnounceable(device, announcement);
        Place place = new Place(device.federation(), announcement.round(), device.id());
        return locked(device, () -> {
            if (!files.announced(place).equals(Optional.of(announcement))) {
                files.announce(place, announcement);
            }
            return files.length(place);
        });
    }

    private void requireAnnounceable(Device device, Announcement announcement) {
        require(device, announcement.round());
        if (federations.standing(device).inForce().secure().masked()) {
            throw refuse(
                    RefusalCode.MASKED_ONLY, "the federation sums securely: nothing that shows an update is taken");
        }
        int most = limits(device).mostBytes();
        if (announcement.size() > most) {
            throw refuse(RefusalCode.TOO_LARGE, "the update has " + announcement.size() + " bytes, at most " + most);
        }
        if (announcement.metrics().size() > settings.mostMetrics()) {
            throw refuse(RefusalCode.TOO_LARGE, "an update has at most " + settings.mostMetrics() + " metrics");
        }
        if (!Double.isFinite(announcement.weight())
                || !announcement.metrics().values().stream().allMatch(Double::isFinite)) {
            throw refuse(RefusalCode.NOT_FINITE, "weight and metrics are finite numbers");
        }
    }

    /**
     * Whether an update that comes in one request may come, before a byte of it is read.
     *
     * @param length of the request's body
     * @throws RefusedException why not
     */
    public void admit(Device device, Announcement announcement, long length) {
        if (counts(device, announcement)) {
            return;
        }
        requireAnnounceable(device, announcement);
        if (length != announcement.size()) {
            throw refuse(
                    length > announcement.size() ? RefusalCode.TOO_LARGE : RefusalCode.MALFORMED,
                    "a body of " + length + " bytes, not of the " + announcement.size() + " announced");
        }
    }

    /**
     * Judges an update that came in one request and tells the round. The same again, after an answer that was lost, has the same
     * answer.
     *
     * @param bytes the update
     * @param sha256 of the bytes
     * @return updates that the round has
     */
    public int take(Device device, Announcement announcement, byte[] bytes, String sha256) {
        Place place = new Place(device.federation(), announcement.round(), device.id());
        return locked(device, () -> {
            if (counts(device, announcement)) {
                return counted(device);
            }
            requireAnnounceable(device, announcement);
            if (bytes.length < announcement.size()) {
                throw refuse(RefusalCode.MALFORMED, "only " + bytes.length + " bytes of the update have come");
            }
            if (!sha256.equals(announcement.sha256())) {
                throw refuse(RefusalCode.DIGEST_MISMATCH, "the bytes are not those that were announced");
            }
            Update update = inTurn(() -> usable(device, announcement, bytes));
            files.keep(place, sha256, bytes);
            return told(device, place, announcement, update, bytes);
        });
    }

    private <T> T inTurn(Supplier<T> work) {
        decoded.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            decoded.release();
        }
    }

    /** Where the next bytes of an upload begin. */
    public long offset(Device device, long round) {
        Place place = new Place(device.federation(), round, device.id());
        return locked(device, () -> {
            announced(device, place);
            return files.length(place);
        });
    }

    /**
     * Takes a part.
     *
     * @return where the next bytes begin
     */
    public long append(Device device, long round, long offset, byte[] part) {
        require(device, round);
        Place place = new Place(device.federation(), round, device.id());
        return locked(device, () -> {
            Announcement announcement = announced(device, place);
            long length = files.length(place);
            if (offset != length) {
                throw new RefusedException(RefusalCode.WRONG_OFFSET, "the next bytes begin at " + length, length);
            }
            if (length + part.length > announcement.size()) {
                throw refuse(RefusalCode.TOO_LARGE, "more bytes than the " + announcement.size() + " announced");
            }
            files.append(place, offset, part);
            return length + part.length;
        });
    }

    /**
     * Judges an upload that is whole and tells the round. The same again, after an answer that was lost, has the same answer.
     *
     * @return updates that the round has
     */
    public int finish(Device device, long round) {
        Place place = new Place(device.federation(), round, device.id());
        return locked(device, () -> {
            Announcement announcement = announced(device, place);
            if (counts(device, announcement)) {
                return counted(device);
            }
            require(device, round);
            return judged(device, place, announcement);
        });
    }

    private int judged(Device device, Place place, Announcement announcement) {
        long length = files.length(place);
        if (length < announcement.size()) {
            throw new RefusedException(
                    RefusalCode.WRONG_OFFSET, "only " + length + " bytes of the update have come", length);
        }
        byte[] bytes = files.read(place);
        Update update = inTurn(() -> {
            if (!DeviceKeys.sha256(bytes).equals(announcement.sha256())) {
                files.announce(place, announcement);
                throw refuse(
                        RefusalCode.DIGEST_MISMATCH, "the bytes are not those that were announced; send them again");
            }
            Update usable = usable(device, announcement, bytes);
            files.settle(place, announcement.sha256(), bytes);
            return usable;
        });
        return told(device, place, announcement, update, bytes);
    }

    private Update usable(Device device, Announcement announcement, byte[] bytes) {
        requireBase(device, announcement);
        return switch (judge(device).judge(bytes, device.id().toString(), announcement)) {
            case Checked.Accepted<Update>(Update update) -> update;
            case Checked.Refused<Update>(Reason reason, String detail) ->
                throw dropped(device, announcement.round(), UpdateJudge.code(reason), detail);
        };
    }

    /** Its bytes are in its file by now. */
    private int told(Device device, Place place, Announcement announcement, Update update, byte[] bytes) {
        Contribution contribution = new Contribution(
                announcement.sha256(), announcement.size(), announcement.weight(), announcement.metrics());
        updates.keep(place, announcement.sha256(), update);
        Usable usable = new Usable(device.id().toString(), contribution);
        if (federations.offer(device, announcement.round(), usable)
                instanceof Refused(RefusalCode code, String detail)) {
            updates.forget(place);
            throw refuse(code, detail);
        }
        told.forEach(each -> each.counted(device, announcement, update.values().size(), bytes));
        meters.counter("rivulet.federation.updates.counted", "federation", device.federation())
                .increment();
        return counted(device);
    }

    private void requireBase(Device device, Announcement announcement) {
        if (federations.standing(device).state() instanceof Collecting at) {
            long base = at.origin(device.id().toString(), announcement.round()).base();
            if (base != announcement.base()) {
                throw dropped(
                        device, announcement.round(), RefusalCode.WRONG_BASE, "the work's base is version " + base);
            }
        }
    }

    /**
     * Refuses what a device sent on another way, before it was an update: it is the device's answer of the round, and counts as refused.
     *
     * @return for the caller to tell
     */
    public RefusedException refused(Device device, long round, RefusalCode code, String detail) {
        return dropped(device, round, code, detail);
    }

    private RefusedException dropped(Device device, long round, RefusalCode code, String detail) {
        federations.offer(device, round, new NoUpdate(device.id().toString(), code.wire()));
        return refuse(code, detail);
    }

    private boolean counts(Device device, Announcement announcement) {
        Standing standing = federations.standing(device);
        String id = device.id().toString();
        return standing.state()
                .soFar()
                .filter(at -> at.origin(id, standing.round()).round() == announcement.round())
                .map(at -> at.counted().get(id))
                .filter(known -> known.sha256().equals(announcement.sha256()))
                .isPresent();
    }

    private int counted(Device device) {
        return federations
                .standing(device)
                .state()
                .soFar()
                .map(at -> at.counted().size())
                .orElse(0);
    }

    /** Also for whoever reads an update again. */
    UpdateJudge judge(Device device) {
        FederationSettings settings = federations.standing(device).inForce();
        Layout layout = models.layout(device.federation()).orElseThrow();
        return judge(Controls.wire(settings.aggregation(), layout), settings.limits());
    }

    private UpdateJudge judge(Layout layout, FederationSettings.Limits limits) {
        return new UpdateJudge(
                new UpdateCheck(
                        layout,
                        new UpdateCheck.Limits(limits.mostWeight(), settings.mostMetrics(), 0, limits.mostNorm())),
                limits.mostBytes());
    }

    private FederationSettings.Limits limits(Device device) {
        return federations.standing(device).inForce().limits();
    }

    /** What was announced; of a round that is over, the answer is that it is. */
    private Announcement announced(Device device, Place place) {
        return files.announced(place).orElseThrow(() -> {
            require(device, place.round());
            return new RefusedException(RefusalCode.NOT_FOUND, "the device has announced no such update");
        });
    }

    private void require(Device device, long round) {
        if (federations.objection(device, round).orElse(null) instanceof Refused(RefusalCode code, String detail)) {
            throw refuse(code, detail);
        }
    }

    private RefusedException refuse(RefusalCode code, String detail) {
        meters.counter("rivulet.federation.updates.refused", "reason", code.wire())
                .increment();
        return new RefusedException(code, detail);
    }

    /** Two requests of one device don't write into one file. */
    private <T> T locked(Device device, Supplier<T> step) {
        Lock lock = stripes[Math.floorMod(device.id().hashCode(), STRIPES)];
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
