// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards;

import com.google.protobuf.UnsafeByteOperations;
import dev.rivulet.events.federation.v1.PartialAggregated;
import dev.rivulet.events.federation.v1.UpdateReceived;
import dev.rivulet.federated.aggregation.PartialSum;
import dev.rivulet.federated.aggregation.PartialSumCodec;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.rounds.Contribution;
import dev.rivulet.federation.rounds.Contributions;
import dev.rivulet.federation.rounds.Contributions.Wanted;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.PartialSums;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.updates.Announcement;
import dev.rivulet.federation.updates.CountedUpdates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's side of sums in shards: sends each update that counts to its shard as soon as it is written down, and makes the whole of
 * the shards' sums. The round's journal says what counts; what a shard lacks is sent again from its file, and a shard takes each update
 * once. Safe for threads.
 */
public final class ShardedSums implements PartialSums, CountedUpdates {

    private static final Logger log = LoggerFactory.getLogger(ShardedSums.class);
    private static final int MOST_ASKED = 3;

    private record Key(String federation, long round) {}

    private final SumLine line;
    private final Contributions contributions;
    private final Federations federations;
    private final Duration patience;
    private final Map<Key, Set<String>> sent = new ConcurrentHashMap<>();

    /** @param patience with shards, each time that they are asked */
    public ShardedSums(SumLine line, Contributions contributions, Federations federations, Duration patience) {
        this.line = line;
        this.contributions = contributions;
        this.federations = federations;
        this.patience = patience;
    }

    @Override
    public void counted(Device device, Announcement announcement, int values, byte[] bytes) {
        Aggregation aggregation = federations.standing(device).inForce().aggregation();
        Integer shards = aggregation.shards();
        if (shards != null) {
            String id = device.id().toString();
            Shard shard = Shard.of(device.federation(), announcement.round(), id, shards);
            UpdateReceived.Builder update = UpdateReceived.newBuilder()
                    .setValues(values)
                    .setDevice(id)
                    .setSha256(announcement.sha256())
                    .setWeight(weight(aggregation, announcement.weight()))
                    .setUpdate(UnsafeByteOperations.unsafeWrap(bytes));
            var _ = send(shard, update);
        }
    }

    private static double weight(Aggregation aggregation, double weight) {
        return aggregation.alike() ? 1 : weight;
    }

    private CompletableFuture<Void> send(Shard shard, UpdateReceived.Builder fields) {
        UpdateReceived update = fields.setFederation(shard.federation())
                .setRound(shard.round())
                .setShard(shard.number())
                .build();
        Set<String> kept =
                sent.computeIfAbsent(new Key(shard.federation(), shard.round()), _ -> ConcurrentHashMap.newKeySet());
        return line.send(update).whenComplete((_, failure) -> {
            if (failure == null) {
                kept.add(update.getDevice());
            } else {
                log.warn("An update of {} is sent to its shard again later: {}", shard.key(), failure.toString());
            }
        });
    }

    @Override
    public PartialSum of(Federation federation, long round, Collecting collected, Layout layout) {
        String name = federation.name();
        Aggregation aggregation = federation.settings().aggregation();
        int shards = Objects.requireNonNull(aggregation.shards());
        Map<Shard, Map<String, String>> expected = Shard.expected(name, round, collected, shards);
        for (int i = 0; i < MOST_ASKED; i++) {
            sendMissing(federation, round, collected, layout.size());
            Optional<PartialSum> whole = whole(answers(expected, layout.size()), expected, layout);
            if (whole.isPresent()) {
                return whole.get();
            }
            sent.remove(new Key(name, round));
        }
        throw new IllegalStateException("the sums of round " + round + " of " + name + " have not all come");
    }

    /** What this process has not sent, since it failed or another one led the federation then. */
    private void sendMissing(Federation federation, long round, Collecting collected, int values) {
        Set<String> known = sent.getOrDefault(new Key(federation.name(), round), Set.of());
        Aggregation aggregation = federation.settings().aggregation();
        int shards = Objects.requireNonNull(aggregation.shards());
        List<CompletableFuture<Void>> sending = new ArrayList<>();
        for (Map.Entry<String, Contribution> each : collected.counted().entrySet()) {
            String device = each.getKey();
            if (!known.contains(device)) {
                Contribution counted = each.getValue();
                byte[] bytes = contributions.bytes(new Wanted(
                        federation.name(),
                        round,
                        device,
                        counted,
                        collected.opened().base()));
                UpdateReceived.Builder update = UpdateReceived.newBuilder()
                        .setValues(values)
                        .setDevice(device)
                        .setSha256(counted.sha256())
                        .setWeight(weight(aggregation, counted.weight()))
                        .setUpdate(UnsafeByteOperations.unsafeWrap(bytes));
                sending.add(send(Shard.of(federation.name(), round, device, shards), update));
            }
        }
        await(CompletableFuture.allOf(sending.toArray(CompletableFuture[]::new)));
    }

    private Map<Shard, PartialAggregated> answers(Map<Shard, Map<String, String>> expected, int values) {
        Map<Shard, CompletableFuture<PartialAggregated>> asked = new HashMap<>();
        expected.keySet().forEach(shard -> asked.put(shard, line.ask(shard, values)));
        await(CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new)));
        Map<Shard, PartialAggregated> answers = new HashMap<>();
        asked.forEach((shard, answer) -> {
            if (answer.isDone() && !answer.isCompletedExceptionally()) {
                answers.put(shard, answer.join());
            } else {
                answer.cancel(false);
            }
        });
        return answers;
    }

    private void await(CompletableFuture<Void> all) {
        try {
            all.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("Not all shards have answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while shards are summed", e);
        }
    }

    /** The whole sum, if each shard holds what it must and nothing else. In the order of the shards, so that it has the same bits again. */
    private static Optional<PartialSum> whole(
            Map<Shard, PartialAggregated> answers, Map<Shard, Map<String, String>> expected, Layout layout) {
        PartialSum whole = new PartialSum(layout);
        for (Shard shard : expected.keySet().stream()
                .sorted(Comparator.comparing(Shard::number))
                .toList()) {
            PartialAggregated answer = answers.get(shard);
            if (answer == null || !answer.getUpdatesMap().equals(expected.get(shard))) {
                log.info("Shard {} does not hold what it must: asked again", shard.key());
                return Optional.empty();
            }
            if (PartialSumCodec.read(answer.getSum().toByteArray(), layout)
                    instanceof Checked.Accepted<PartialSum>(PartialSum part)) {
                whole.merge(part);
            } else {
                throw new IllegalStateException("the sum of shard " + shard.key() + " can't be read");
            }
        }
        return Optional.of(whole);
    }

    @Override
    public void forget(String federation, long round) {
        sent.remove(new Key(federation, round));
    }
}
