// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.inference.jobs.Cancellations;
import dev.rivulet.inference.jobs.Job;
import dev.rivulet.inference.jobs.JobBoard;
import dev.rivulet.inference.jobs.JobBoard.Placed;
import dev.rivulet.inference.jobs.JobResult;
import dev.rivulet.inference.jobs.JobRunner;
import dev.rivulet.inference.jobs.OffsetLedger;
import dev.rivulet.inference.jobs.kafka.JobRecords.NoJobException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * One membership in the group of replicas, from its first poll to its first failure. Everything but the jobs themselves happens
 * on the one thread that calls {@link #run}. Results, dead letters and offsets go out in one transaction each time; whatever fails
 * ends the session, and the next one begins from what was committed. Jobs come fresh, and from dead letters that people sent back; the
 * partitions of both are {@link Lanes} of the board.
 */
final class JobSession implements AutoCloseable, ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(JobSession.class);

    /** Records before the committed offset that are read for their ids alone, to know a job that comes twice. */
    private static final int LOOK_BACK = 128;

    static final int BUFFER = 8;
    private static final Duration BUSY_POLL = Duration.ofMillis(10);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private record Ended(Placed placed, JobResult result) {}

    /** What goes out with the next commit, and of which partition: who has lost that says nothing of it. */
    private record Outgoing(
            int partition,
            ProducerRecord<byte[], byte[]> message,
            @Nullable JobResult result) {}

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final JobRunner runner;
    private final JobRecords records;
    private final Cancellations cancellations;
    private final IntSupplier room;
    private final JobBoard board = new JobBoard(BUFFER);
    private final Map<Placed, Disposable> running = new HashMap<>();
    private final Map<Placed, ConsumerRecord<byte[], byte[]>> sources = new HashMap<>();
    private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final List<Outgoing> outgoing = new ArrayList<>();
    private final List<Placed> beginning = new ArrayList<>();
    private final Consumer<JobResult> told;
    private boolean closed;

    /**
     * @param room jobs that may run at once now
     * @param told is told every result that was committed
     */
    JobSession(
            KafkaClients clients,
            JobRunner runner,
            JobRecords records,
            Cancellations cancellations,
            IntSupplier room,
            Consumer<JobResult> told) {
        this.runner = runner;
        this.records = records;
        this.cancellations = cancellations;
        this.room = room;
        this.told = told;
        this.consumer = clients.consumer(BUFFER);
        this.producer = clients.results();
    }

    /** Takes, runs and commits jobs until {@code stopping}; then what runs may end for {@code drain}. */
    void run(BooleanSupplier stopping, Duration drain) {
        producer.initTransactions();
        consumer.subscribe(List.of(Lanes.REQUESTS, Lanes.REPLAYS), this);
        while (!stopping.getAsBoolean()) {
            step(room.getAsInt());
        }
        long end = System.nanoTime() + drain.toNanos();
        while (board.running() > 0 && System.nanoTime() < end) {
            step(0);
        }
        consumer.assignment().forEach(partition -> board.giveBack(Lanes.of(partition)));
        commit();
    }

    private void step(int most) {
        throttle(most == 0 || board.full());
        Duration wait = board.running() > 0 || board.waiting() > 0 ? BUSY_POLL : IDLE_POLL;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            take(record);
        }
        cancellations.drain(id -> board.find(id).ifPresent(this::cancel));
        beginning.addAll(board.next(most));
        // That they were begun must be known before they can take this replica with them.
        if (commit()) {
            List<Placed> next = List.copyOf(beginning);
            beginning.clear();
            next.forEach(this::begin);
        }
    }

    private void throttle(boolean full) {
        if (full) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        int lane = Lanes.of(record);
        if (!records.isForUs(record)) {
            board.skip(lane, record.offset());
            return;
        }
        try {
            Job job = JobRecords.job(record);
            Placed placed = new Placed(lane, record.offset(), job);
            board.accept(placed, JobRecords.identity(record, job));
            if (board.find(job.id()).filter(placed::equals).isPresent()) {
                sources.put(placed, record);
                if (cancellations.contains(job.id())) {
                    cancel(placed);
                }
            }
        } catch (NoJobException e) {
            if (board.skip(lane, record.offset())) {
                LOG.warn("A request of offset {} is no job: {}", record.offset(), e.getMessage());
                outgoing.add(new Outgoing(lane, records.deadLetter(record, e), null));
            }
        }
    }

    private void begin(Placed placed) {
        Job job = placed.job();
        Optional<JobResult> givenUp = runner.givenUp(board.begun(placed) - 1);
        if (givenUp.isPresent()) {
            LOG.warn("Job {} is given up: its replica was lost each time that it ran", job.id());
            ended.add(new Ended(placed, givenUp.get()));
            return;
        }
        LOG.debug("Job {} begins", job.id());
        running.put(
                placed,
                runner.run(job)
                        .subscribe(
                                result -> ended.add(new Ended(placed, result)),
                                failure -> LOG.error("Job {} ended without a result", job.id(), failure)));
    }

    private void cancel(Placed placed) {
        drop(placed);
        ended.add(new Ended(placed, runner.cancelled()));
    }

    private void drop(Placed placed) {
        @Nullable Disposable runs = running.remove(placed);
        if (runs != null) {
            runs.dispose();
        }
    }

    /**
     * Whether everything so far is committed. Where the group has moved on without this member it can't be: it is once the member
     * is in it again, but for partitions that went elsewhere. To give up instead would begin all running jobs anew.
     */
    private boolean commit() {
        if (closed) {
            return false;
        }
        for (@Nullable Ended one = ended.poll(); one != null; one = ended.poll()) {
            end(one);
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        board.uncommitted()
                .forEach((partition, position) -> offsets.put(
                        Lanes.partition(partition), new OffsetAndMetadata(position.offset(), position.metadata())));
        if (!offsets.isEmpty() && !sent(offsets)) {
            return false;
        }
        board.committed();
        return true;
    }

    private boolean sent(Map<TopicPartition, OffsetAndMetadata> offsets) {
        producer.beginTransaction();
        try {
            outgoing.forEach(one -> producer.send(one.message()));
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        } catch (CommitFailedException e) {
            LOG.debug("The group has moved on; what has ended is told once this replica is in it again", e);
            producer.abortTransaction();
            return false;
        }
        producer.commitTransaction();
        outgoing.forEach(one -> {
            if (one.result() != null) {
                told.accept(one.result());
            }
        });
        outgoing.clear();
        return true;
    }

    private void end(Ended one) {
        Placed placed = one.placed();
        running.remove(placed);
        @Nullable ConsumerRecord<byte[], byte[]> source = sources.remove(placed);
        if (!board.end(placed)) {
            return;
        }
        int partition = placed.partition();
        outgoing.add(new Outgoing(partition, records.result(placed.job(), one.result()), one.result()));
        String why = one.result().deadLetter();
        if (why != null && source != null) {
            outgoing.add(new Outgoing(
                    partition, records.deadLetter(source, why, one.result().attempts()), null));
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        var committed = consumer.committed(new HashSet<>(partitions));
        var beginnings = consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long beginning = beginnings.getOrDefault(partition, 0L);
            @Nullable OffsetAndMetadata known = committed.get(partition);
            boolean follows = known != null && known.offset() >= beginning;
            long base = known != null && follows ? known.offset() : beginning;
            String beyond = known != null && follows ? known.metadata() : "";
            board.assigned(Lanes.of(partition), new OffsetLedger(base, beyond));
            consumer.seek(partition, Math.max(beginning, base - LOOK_BACK));
        }
        LOG.info("Jobs of {} partitions are taken here as well", partitions.size());
    }

    /** What is there already is committed while the partitions are still ours. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!closed) {
            partitions.forEach(partition -> board.giveBack(Lanes.of(partition)));
        }
        commit();
        leave(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        leave(partitions);
    }

    private void leave(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            int lane = Lanes.of(partition);
            board.revoked(lane).forEach(this::drop);
            sources.keySet().removeIf(placed -> placed.partition() == lane);
            beginning.removeIf(placed -> placed.partition() == lane);
            outgoing.removeIf(one -> one.partition() == lane);
        }
    }

    /** What was not committed is begun anew, here or elsewhere. */
    @Override
    public void close() {
        closed = true;
        running.values().forEach(Disposable::dispose);
        try {
            producer.close(CLOSE);
        } finally {
            // It has a name in the group, and would be waited for.
            consumer.close(
                    CloseOptions.timeout(CLOSE).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        }
    }
}
