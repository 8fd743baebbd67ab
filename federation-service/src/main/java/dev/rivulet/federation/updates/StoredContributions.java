// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federated.update.UpdateCheck;
import dev.rivulet.federation.rounds.Contribution;
import dev.rivulet.federation.rounds.Contributions;
import dev.rivulet.federation.rounds.UnusableContributionException;
import dev.rivulet.federation.updates.UpdateFiles.Place;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Reads updates again that were counted: by the digest that the round knows, with the weight and metrics that it counted. */
@Component
class StoredContributions implements Contributions {

    private static final UpdateCheck.Limits JUDGED =
            new UpdateCheck.Limits(Double.MAX_VALUE, Integer.MAX_VALUE, 0, Double.POSITIVE_INFINITY);

    private final UpdateFiles files;
    private final DecodedUpdates updates;

    StoredContributions(UpdateFiles files, DecodedUpdates updates) {
        this.files = files;
        this.updates = updates;
    }

    @Override
    public Update read(Wanted wanted, Layout layout) {
        Place place = new Place(wanted.federation(), wanted.round(), UUID.fromString(wanted.device()));
        return updates.find(place, wanted.contribution().sha256()).orElseGet(() -> fromFile(place, wanted, layout));
    }

    @Override
    public byte[] bytes(Wanted wanted) {
        Place place = new Place(wanted.federation(), wanted.round(), UUID.fromString(wanted.device()));
        String sha256 = wanted.contribution().sha256();
        byte[] bytes = files.settled(place, sha256);
        if (!DeviceKeys.sha256(bytes).equals(sha256)) {
            throw new UnusableContributionException(
                    "the update of " + wanted.device() + " in round " + wanted.round() + " is not what was counted");
        }
        return bytes;
    }

    private Update fromFile(Place place, Wanted wanted, Layout layout) {
        Contribution counted = wanted.contribution();
        byte[] bytes = bytes(wanted);
        Announcement said = new Announcement(
                wanted.round(), counted.size(), counted.sha256(), wanted.base(), counted.weight(), counted.metrics());
        UpdateJudge judge = new UpdateJudge(new UpdateCheck(layout, JUDGED), Integer.MAX_VALUE);
        return switch (judge.judge(bytes, wanted.device(), said)) {
            case Accepted<Update>(Update update) -> update;
            case Refused<Update>(var reason, String detail) ->
                throw new UnusableContributionException(
                        "an update that was counted is refused: " + reason + ", " + detail);
        };
    }

    @Override
    public void forget(String federation, long round) {
        updates.forget(federation, round);
        files.forget(federation, round);
    }
}
