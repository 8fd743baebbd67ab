// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.upstream;

import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.rounds.FollowedRounds;
import dev.rivulet.federation.rounds.FollowedRounds.Made;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Trains by a round of a whole federation: from the model above, weighted by all examples below. The mean of such means, weighted so, is
 * the mean of all updates: as if every device were one of the federation above.
 *
 * @param look how often it is looked whether the round has ended
 */
record RegionalTrainer(String federation, FollowedRounds rounds, Clock clock, Duration look) implements Trainer {

    /** Name of the metric that tells how many devices are in an update. */
    static final String DEVICES = "devices";

    @Override
    public Outcome train(Task task) throws InterruptedException {
        Instant due = clock.instant().plus(task.left());
        OptionalLong round = begun(task.model(), due);
        while (round.isPresent() && !rounds.ended(federation, round.getAsLong())) {
            if (!waited(due)) {
                return new Outcome.Declined("interrupted", "the round below takes longer than the one above");
            }
        }
        if (round.isEmpty()) {
            return new Outcome.Declined("interrupted", "a round from another model goes on below");
        }
        return rounds.made(federation, round.getAsLong())
                .<Outcome>map(RegionalTrainer::trained)
                .orElseGet(() -> new Outcome.Declined("no-data", "the round below made no model"));
    }

    private OptionalLong begun(Parameters model, Instant due) throws InterruptedException {
        OptionalLong round = rounds.begin(federation, model);
        while (round.isEmpty() && waited(due)) {
            round = rounds.begin(federation, model);
        }
        return round;
    }

    private boolean waited(Instant due) throws InterruptedException {
        if (!clock.instant().isBefore(due)) {
            return false;
        }
        Thread.sleep(look);
        return true;
    }

    private static Outcome trained(Made made) {
        Map<String, Double> metrics = new HashMap<>(Map.of(DEVICES, (double) made.devices()));
        Double loss = made.lossBefore();
        if (loss != null) {
            metrics.put(Update.LOSS_BEFORE, loss);
        }
        return new Outcome.Trained(made.model(), made.weight(), metrics);
    }
}
