// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.JobProgressed;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.inference.KafkaBroker;
import dev.rivulet.inference.Replica;
import dev.rivulet.reading.Cause;
import dev.rivulet.reading.DeadLetter;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import dev.rivulet.topics.TopicWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Jobs over a real broker, on replicas whose model is a fake. */
class JobsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private KafkaBroker broker;
    private JobTraffic traffic;
    private final List<Replica> replicas = new ArrayList<>();

    @BeforeEach
    void start() {
        broker = new KafkaBroker();
        traffic = new JobTraffic(broker);
    }

    @AfterEach
    void stop() {
        replicas.forEach(Replica::close);
        traffic.close();
        broker.close();
    }

    @Test
    void manyJobsOnTwoReplicasHaveOneResultEachAndTwinsAreLeftOut() {
        replica("one", 2, Watcher.NONE);
        replica("two", 2, Watcher.NONE);
        IntStream.range(0, 40).forEach(i -> traffic.submit("job_" + i, JobTraffic.chat(i % 3 == 0, 20)));
        IntStream.range(0, 40).forEach(i -> traffic.submit("job_" + i, JobTraffic.chat(false, 20)));

        traffic.results(40, PATIENCE);
        traffic.submit("last", JobTraffic.chat(false, 1));
        List<ResultCompleted> results = traffic.results(41, PATIENCE);

        assertThat(results).extracting(ResultCompleted::getJob).doesNotHaveDuplicates();
        assertThat(results).allMatch(result -> result.getOutcome() == JobOutcome.JOB_OUTCOME_COMPLETED);
        assertThat(results).allMatch(result -> result.getTenant().equals("test"));
        assertThat(broker.read(EventType.JOB_PROGRESSED.topic().name(), Duration.ofSeconds(2)))
                .anySatisfy(record ->
                        assertThat(progress(record).getEvents().toStringUtf8()).startsWith("data: {"));
    }

    @Test
    void aRefusedRequestIsAnAnswerAndWhatIsNoJobGoesToTheDeadLetters() {
        replica("one", 2, Watcher.NONE);
        String requests = EventType.REQUEST_SUBMITTED.topic().name();
        broker.send(requests, "key".getBytes(UTF_8), "no job".getBytes(UTF_8));
        traffic.submit("bad", "{\"model\":\"" + Replica.MODEL + "\",\"messages\":5}");
        traffic.submit("late", "late", JobTraffic.chat(false, 4), Duration.ofSeconds(-5));

        List<ResultCompleted> results = traffic.results(2, PATIENCE);

        assertThat(result(results, "bad").getStatusCode()).isEqualTo(400);
        assertThat(result(results, "bad").getBody().toStringUtf8()).contains("messages");
        assertThat(result(results, "late").getOutcome()).isEqualTo(JobOutcome.JOB_OUTCOME_EXPIRED);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(broker.read(requests + ".dlq", Duration.ofMillis(500)))
                        .singleElement()
                        .satisfies(letter -> {
                            assertThat(letter.value()).isEqualTo("no job".getBytes(UTF_8));
                            assertThat(header(letter, "dlq_reason")).contains("ce_type is missing");
                            assertThat(header(letter, "dlq_topic")).isEqualTo(requests);
                            assertThat(header(letter, "dlq_reader")).isEqualTo("rivulet-replicas");
                            assertThat(header(letter, "dlq_cause")).isEqualTo("malformed");
                        }));
    }

    @Test
    void aJobThatPeopleSendBackIsRunOnceEachTimeAndWhatIsGivenUpOrAnothersIsNot() {
        AtomicBoolean broken = new AtomicBoolean();
        replica("one", 2, step -> {
            if (broken.get()) {
                throw new IllegalStateException("the step breaks");
            }
        });
        broken.set(true);
        traffic.submit("mended", JobTraffic.chat(false, 4));
        traffic.submit("given-up", JobTraffic.chat(false, 4));
        assertThat(traffic.results(2, PATIENCE))
                .allMatch(result -> result.getOutcome() == JobOutcome.JOB_OUTCOME_FAILED);
        Map<String, DeadLetter> parked = letters(2);
        DeadLetter letter = Objects.requireNonNull(parked.get("mended"));
        DeadLetter givenUp = Objects.requireNonNull(parked.get("given-up"));
        assertThat(letter.reader()).isEqualTo("rivulet-replicas");
        assertThat(letter.cause()).isEqualTo(Cause.EFFECT_FAILED);
        assertThat(letter.attempts()).isEqualTo(3);

        broker.send(back(letter.inRound(1)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lettersOf("mended"))
                        .extracting(DeadLetter::round, DeadLetter::attempts)
                        .containsExactlyInAnyOrder(tuple(0, 3), tuple(1, 6)));
        broken.set(false);
        // The registry was killed after it had sent it: it sends it again.
        broker.send(back(letter.inRound(2)));
        broker.send(back(letter.inRound(2)));
        DeadLetter other = DeadLetter.of("another-group", record(givenUp), Cause.MALFORMED, "x", 1);
        broker.send(back(other));
        broker.send(givenUp.inRound(1).discard());
        // It comes behind the others in their partition, and jobs of one key run one after the other.
        broker.send(back(letter.inRound(3)));

        await().atMost(PATIENCE).until(() -> {
            traffic.poll();
            return outcomes(traffic.results(0, PATIENCE), "mended").size() >= 4;
        });
        List<ResultCompleted> results = traffic.results(2, PATIENCE);
        assertThat(outcomes(results, "mended"))
                .containsExactly(
                        JobOutcome.JOB_OUTCOME_FAILED,
                        JobOutcome.JOB_OUTCOME_FAILED,
                        JobOutcome.JOB_OUTCOME_COMPLETED,
                        JobOutcome.JOB_OUTCOME_COMPLETED);
        assertThat(outcomes(results, "given-up")).containsExactly(JobOutcome.JOB_OUTCOME_FAILED);
    }

    private static List<JobOutcome> outcomes(List<ResultCompleted> results, String job) {
        return results.stream()
                .filter(result -> result.getJob().equals(job))
                .map(ResultCompleted::getOutcome)
                .toList();
    }

    private static ProducerRecord<byte[], byte[]> back(DeadLetter letter) {
        return letter.replay(letter.headers(), letter.value());
    }

    /** As a replica reads it. */
    private static ConsumerRecord<byte[], byte[]> record(DeadLetter letter) {
        ProducerRecord<byte[], byte[]> sent = back(letter);
        ConsumerRecord<byte[], byte[]> read = new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
        sent.headers().forEach(read.headers()::add);
        return read;
    }

    /** The first letter of each job, as the registry reads it, once there are so many. */
    private Map<String, DeadLetter> letters(int count) {
        Map<String, DeadLetter> letters = new HashMap<>();
        await().atMost(PATIENCE).until(() -> {
            allLetters().forEach(letter -> letters.putIfAbsent(key(letter), letter));
            return letters.size() >= count;
        });
        return letters;
    }

    private List<DeadLetter> lettersOf(String job) {
        return allLetters().stream().filter(letter -> key(letter).equals(job)).toList();
    }

    private static String key(DeadLetter letter) {
        return new String(Objects.requireNonNull(letter.key()), UTF_8);
    }

    private List<DeadLetter> allLetters() {
        return broker.read(EventType.REQUEST_SUBMITTED.topic().deadLetters().name(), Duration.ofMillis(500)).stream()
                .map(record -> DeadLetter.read(record, "unknown"))
                .toList();
    }

    @Test
    void aJobIsCancelledWhileItRunsAndWhileItWaitsAndItsSlotIsFree() {
        CountDownLatch held = new CountDownLatch(1);
        AtomicBoolean holding = new AtomicBoolean();
        Replica replica = replica("one", 1, step -> {
            if (holding.get()) {
                hold(held);
            }
        });
        holding.set(true);
        traffic.submit("running", "session", JobTraffic.chat(false, 50), Duration.ofMinutes(5));
        traffic.submit("waiting", "session", JobTraffic.chat(false, 50), Duration.ofMinutes(5));
        await().atMost(PATIENCE).until(() -> replica.models().sequences() == 1);

        traffic.cancel("waiting");
        traffic.cancel("running");
        List<ResultCompleted> results = traffic.results(2, PATIENCE);
        held.countDown();

        assertThat(results).allMatch(result -> result.getOutcome() == JobOutcome.JOB_OUTCOME_CANCELLED);
        await().atMost(PATIENCE).until(() -> replica.models().sequences() == 0);
    }

    @Test
    void jobsOfOneSessionAreAnsweredOneAfterTheOtherAndNoMoreRunThanThereAreSlots() {
        Replica replica = replica("one", 2, Watcher.NONE);
        List<Integer> inside = new java.util.concurrent.CopyOnWriteArrayList<>();
        IntStream.range(0, 10)
                .forEach(i -> traffic.submit("s" + i, "session", JobTraffic.chat(false, 8), Duration.ofMinutes(5)));
        IntStream.range(0, 10).forEach(i -> traffic.submit("o" + i, JobTraffic.chat(false, 8)));
        await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE).until(() -> {
            traffic.poll();
            inside.add(replica.bean(dev.rivulet.inference.admission.AdmissionGate.class)
                    .inside());
            return traffic.results(0, PATIENCE).size() >= 20;
        });

        // A reader of several partitions may read what lies there in any order.
        assertThat(traffic.results(20, PATIENCE).stream()
                        .sorted(Comparator.comparing(JobsIT::ended))
                        .map(ResultCompleted::getJob)
                        .filter(job -> job.startsWith("s")))
                .containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9");
        assertThat(inside).allMatch(count -> count <= 2);
    }

    private static Instant ended(ResultCompleted result) {
        Timestamp end = result.getFinishedAt();
        return Instant.ofEpochSecond(end.getSeconds(), end.getNanos());
    }

    @Test
    void aReplicaWhoseProducerIsFencedGoesOnWithAFreshOneAndNoResultIsLostOrDoubled() {
        replica("one", 2, Watcher.NONE);
        IntStream.range(0, 30).forEach(i -> traffic.submit("job_" + i, JobTraffic.chat(false, 20)));
        for (int done = 3; done <= 9; done += 3) {
            traffic.results(done, PATIENCE);
            broker.fence("rivulet-jobs-one");
        }
        traffic.results(30, PATIENCE);
        traffic.submit("last", JobTraffic.chat(false, 1));

        List<ResultCompleted> results = traffic.results(31, PATIENCE);

        assertThat(results).extracting(ResultCompleted::getJob).doesNotHaveDuplicates();
        assertThat(results).allMatch(result -> result.getOutcome() == JobOutcome.JOB_OUTCOME_COMPLETED);
    }

    @Test
    void whileMembersOfTheGroupComeAndGoEachJobHasOneResultAndNoneIsLost() {
        replica("one", 2, Watcher.NONE);
        int jobs = 0;
        for (int visit = 0; visit < 4; visit++) {
            for (int i = 0; i < 20; i++) {
                traffic.submit("job_" + jobs++, JobTraffic.chat(false, 20));
            }
            try (KafkaConsumer<byte[], byte[]> visitor = visitor()) {
                await("the visitor has a share of the partitions")
                        .atMost(PATIENCE)
                        .pollInSameThread()
                        .until(() -> {
                            visitor.poll(Duration.ofMillis(10));
                            return !visitor.assignment().isEmpty();
                        });
            }
            traffic.results(jobs - 10, PATIENCE);
        }
        traffic.results(jobs, PATIENCE);
        traffic.submit("last", JobTraffic.chat(false, 1));

        List<ResultCompleted> results = traffic.results(jobs + 1, PATIENCE);

        assertThat(results).extracting(ResultCompleted::getJob).doesNotHaveDuplicates();
        assertThat(results).allMatch(result -> result.getOutcome() == JobOutcome.JOB_OUTCOME_COMPLETED);
    }

    /** A member that takes a share of the jobs and does none: they are taken back from it. */
    private KafkaConsumer<byte[], byte[]> visitor() {
        KafkaConsumer<byte[], byte[]> visitor = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.address(),
                        "group.id",
                        "rivulet-replicas",
                        "enable.auto.commit",
                        "false",
                        "partition.assignment.strategy",
                        CooperativeStickyAssignor.class.getName()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        visitor.subscribe(List.of(EventType.REQUEST_SUBMITTED.topic().name()));
        return visitor;
    }

    /** The binder alone, then the watch: both make topics, whichever comes first. */
    @Test
    void topicsThatTheBinderMakesHaveThePartitionsOfTheCatalogueAndTheWatchSaysSo() {
        replicas.add(
                Replica.start("spring.kafka.bootstrap-servers=" + broker.address(), "rivulet.topics.enabled=false"));
        Map<String, Integer> bound = Stream.of(
                        EventType.MODEL_VERSION_CHANGED, EventType.ROLLOUT_CHANGED, EventType.REQUEST_CANCELLED)
                .map(EventType::topic)
                .collect(Collectors.toMap(Topic::name, Topic::partitions));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(broker.partitions()).containsAllEntriesOf(bound));

        Replica watching = Replica.start("spring.kafka.bootstrap-servers=" + broker.address());
        replicas.add(watching);
        TopicWatch watch = watching.bean(TopicWatch.class);
        await().atMost(PATIENCE)
                .until(() -> !"never".equals(watch.health().getDetails().get("checked_at")));
        assertThat(watch.health().getDetails().get("drift"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .noneMatch(drift -> drift.contains("transaction.version")
                        || bound.keySet().stream().anyMatch(drift::startsWith) && drift.contains("partitions"));
    }

    @Test
    void aJobOfAGatewaysStepIsAskedOfAGatewayUntilOneAnswersAndHasOneResult() {
        AtomicInteger asked = new AtomicInteger();
        List<String> seen = new CopyOnWriteArrayList<>();
        var routes = HttpServer.create()
                .host("127.0.0.1")
                .route(paths -> paths.post("/internal/jobs/{id}", (request, response) -> {
                    seen.add(request.param("id") + " of "
                            + request.requestHeaders().get("x-rivulet-tenant"));
                    response.header("content-type", "application/json");
                    return asked.incrementAndGet() == 1
                            ? response.sendString(
                                    Flux.just("{\"an").concatWith(Flux.error(new IllegalStateException("killed"))))
                            : response.sendString(Mono.just("{\"answer\":42}"));
                }));
        // It is away when the job is taken, goes while it answers, and comes again.
        DisposableServer before = routes.port(0).bindNow();
        int port = before.port();
        before.disposeNow();
        replica("one", 2, Watcher.NONE, "rivulet.jobs.gateway=http://127.0.0.1:" + port, "rivulet.jobs.retry-wait=1ms");
        traffic.submitAtGateway("graph", JobTraffic.chat(false, 4));
        traffic.submit("plain", JobTraffic.chat(false, 4));
        traffic.results(1, PATIENCE);
        DisposableServer gateway = routes.port(port).bindNow();
        try {
            List<ResultCompleted> results = traffic.results(2, PATIENCE);

            assertThat(results).extracting(ResultCompleted::getJob).containsExactlyInAnyOrder("plain", "graph");
            ResultCompleted told = result(results, "graph");
            assertThat(told.getOutcome()).isEqualTo(JobOutcome.JOB_OUTCOME_COMPLETED);
            assertThat(told.getBody().toStringUtf8()).isEqualTo("{\"answer\":42}");
            assertThat(told.getAttempts()).isEqualTo(2);
            assertThat(seen).containsExactly("graph of test", "graph of test");
        } finally {
            gateway.disposeNow();
        }
    }

    private Replica replica(String id, int slots, Watcher watcher, String... properties) {
        Replica replica = Replica.start(Stream.concat(
                                Stream.of(
                                        "spring.kafka.bootstrap-servers=" + broker.address(),
                                        "rivulet.replica.id=" + id),
                                Stream.of(properties))
                        .toArray(String[]::new))
                .serving(slots, 24, watcher);
        replicas.add(replica);
        return replica;
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ResultCompleted result(List<ResultCompleted> results, String job) {
        return results.stream()
                .filter(one -> one.getJob().equals(job))
                .findFirst()
                .orElseThrow();
    }

    private static JobProgressed progress(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JobProgressed.parseFrom(record.value());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        org.apache.kafka.common.header.@Nullable Header header =
                record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
