// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget.kafka;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.identity.v1.BudgetSpent;
import dev.rivulet.events.identity.v1.KeyLimits;
import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Limits;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.TopicFollower;
import dev.rivulet.gateway.topics.TopicWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Collects for a moment what each key used here, and tells the other gateways in one record each; takes theirs, and those of
 * before a restart, back to the length of the longest budget. What can't be told is told with the next record.
 */
final class KafkaSpending implements Budgets.Spending, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaSpending.class);
    private static final String SOURCE = "/gateway-service";
    private static final Duration LONGEST_BUDGET = Duration.ofDays(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final long BUFFER = 1 << 20;
    private static final int MOST_KEYS = 100_000;

    private record Account(String name, Limits limits) {}

    private record Used(long requests, long tokens) {

        Used plus(Used more) {
            return new Used(requests + more.requests, tokens + more.tokens);
        }
    }

    private final Map<Account, Used> untold = new ConcurrentHashMap<>();
    private final String self;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final TopicWriter writer;
    private final KafkaConnection connection;
    private volatile List<TopicFollower> following = List.of();

    KafkaSpending(KafkaConnection connection, Clock clock, Supplier<UUID> ids) {
        this.connection = connection;
        this.clock = clock;
        this.ids = ids;
        this.self = ids.get().toString();
        this.writer = new TopicWriter(connection, BUFFER);
    }

    /** Begins to hear what is used elsewhere. */
    void follow(Budgets budgets) {
        TopicFollower follower = new TopicFollower(
                connection,
                List.of(EventType.BUDGET_SPENT.topic()),
                LONGEST_BUDGET,
                clock,
                taken -> take(taken, budgets));
        following = List.of(follower);
        follower.start();
    }

    @Override
    public void spent(Caller caller, long requests, long tokens) {
        Account account = new Account(caller.name(), caller.limits());
        if (untold.size() < MOST_KEYS || untold.containsKey(account)) {
            untold.merge(account, new Used(requests, tokens), Used::plus);
        }
    }

    /** Tells what has been collected; what can't be told is collected again. Never fails. */
    Mono<Void> tell() {
        return Flux.fromIterable(untold.keySet()).flatMap(this::tell).then();
    }

    private Mono<Void> tell(Account account) {
        Used used = untold.remove(account);
        if (used == null || (used.requests() == 0 && used.tokens() == 0)) {
            return Mono.empty();
        }
        return writer.write(event(account, used)).onErrorResume(failure -> {
            untold.merge(account, used, Used::plus);
            log.debug("What was used can't be told yet", failure);
            return Mono.empty();
        });
    }

    /** Whether everything has been heard that was there at the start. */
    boolean caughtUp() {
        return following.stream().allMatch(TopicFollower::caughtUp);
    }

    @Override
    public void close() {
        lastWords();
        following.forEach(TopicFollower::close);
        writer.close();
    }

    private void lastWords() {
        try {
            tell().toFuture().get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("What keys used in the last moment was not told to other gateways: {}", e.toString());
        }
    }

    private Event<BudgetSpent> event(Account account, Used used) {
        Instant now = clock.instant();
        Limits limits = account.limits();
        return new Event<>(
                ids.get().toString(),
                SOURCE,
                EventType.BUDGET_SPENT,
                account.name(),
                now,
                null,
                BudgetSpent.newBuilder()
                        .setName(account.name())
                        .setLimits(KeyLimits.newBuilder()
                                .setRequestsPerMinute(limits.requestsPerMinute())
                                .setTokensPerMinute(limits.tokensPerMinute())
                                .setTokensPerDay(limits.tokensPerDay()))
                        .setRequests(used.requests())
                        .setTokens(used.tokens())
                        .setSpentAt(Timestamp.newBuilder()
                                .setSeconds(now.getEpochSecond())
                                .setNanos(now.getNano()))
                        .setGateway(self)
                        .build());
    }

    private void take(ConsumerRecord<byte[], byte[]> taken, Budgets budgets) {
        try {
            BudgetSpent spent = Event.read(EventType.BUDGET_SPENT, TopicFollower.headers(taken), taken.value())
                    .data();
            if (!spent.getGateway().equals(self)) {
                KeyLimits limits = spent.getLimits();
                Caller caller = new Caller(
                        spent.getName(),
                        Set.of(),
                        Caller.Priority.NORMAL,
                        new Limits(
                                limits.getRequestsPerMinute(), limits.getTokensPerMinute(), limits.getTokensPerDay()));
                budgets.spentElsewhere(caller, spent.getRequests(), spent.getTokens(), age(spent.getSpentAt()));
            }
        } catch (MalformedEventException | IllegalArgumentException e) {
            log.warn("The record at offset {} of {} can't be read: {}", taken.offset(), taken.topic(), e.getMessage());
        }
    }

    /** Clocks of gateways differ: what seems to come from the future is of now. */
    private long age(Timestamp at) {
        Duration age = Duration.between(Instant.ofEpochSecond(at.getSeconds(), at.getNanos()), clock.instant());
        return Math.clamp(age.toNanos(), 0, LONGEST_BUDGET.toNanos());
    }
}
