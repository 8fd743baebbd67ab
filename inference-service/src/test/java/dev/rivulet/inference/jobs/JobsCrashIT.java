// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.inference.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas in processes of their own are killed with signal 9 at random while they answer jobs. */
class JobsCrashIT {

    private static final int JOBS = Integer.getInteger("rivulet.test.crash-jobs", 60);
    private static final long SEED = Long.getLong("rivulet.test.seed", 20_261_126);
    private static final Duration PATIENCE = Duration.ofMinutes(JOBS < 100 ? 5 : 30);

    @TempDir
    private Path folder;

    @Test
    void everyJobHasExactlyOneResultHoweverOftenReplicasAreKilled() throws Exception {
        System.out.println("JobsCrashIT seed " + SEED + ", " + JOBS + " jobs");
        Random random = new Random(SEED);
        try (KafkaBroker broker = new KafkaBroker();
                JobTraffic traffic = new JobTraffic(broker);
                ReplicaProcess one = new ReplicaProcess(broker.address(), "one", folder);
                ReplicaProcess two = new ReplicaProcess(broker.address(), "two", folder)) {
            IntStream.range(0, JOBS).forEach(i -> traffic.submit("job_" + i, JobTraffic.chat(i % 4 == 0, 20)));
            int kills = 0;
            int next = 3;
            while (next < JOBS) {
                traffic.results(next, PATIENCE);
                (random.nextBoolean() ? one : two).killAndStart();
                kills++;
                next += 20 + random.nextInt(6);
            }
            traffic.results(JOBS, PATIENCE);
            traffic.submit("last", JobTraffic.chat(false, 1));
            List<ResultCompleted> results = traffic.results(JOBS + 1, PATIENCE);

            System.out.println("JobsCrashIT: " + results.size() + " results after " + kills + " kills");
            assertThat(results).extracting(ResultCompleted::getJob).doesNotHaveDuplicates();
            assertThat(results).hasSize(JOBS + 1);
            assertThat(results).allMatch(result -> result.getOutcome() == JobOutcome.JOB_OUTCOME_COMPLETED);
        }
    }

    @Test
    void aJobThatKillsItsReplicaEachTimeIsGivenUpAndThoseBesideItAreAnswered() throws Exception {
        String deadly = JobTraffic.chat(false, 4).replace("hello", "a".repeat(4 * ReplicaProcess.DEADLY_TOKENS));
        try (KafkaBroker broker = new KafkaBroker();
                JobTraffic traffic = new JobTraffic(broker);
                ReplicaProcess replica = new ReplicaProcess(broker.address(), "one", folder)) {
            IntStream.range(0, 6).forEach(i -> traffic.submit("before_" + i, JobTraffic.chat(false, 8)));
            traffic.submit("deadly", deadly);
            IntStream.range(0, 6).forEach(i -> traffic.submit("after_" + i, JobTraffic.chat(false, 8)));
            AtomicInteger deaths = new AtomicInteger();
            await().pollInSameThread()
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(PATIENCE)
                    .until(() -> {
                        traffic.poll();
                        deaths.addAndGet(replica.startIfDead() ? 1 : 0);
                        return traffic.results(0, PATIENCE).size() >= 13;
                    });

            List<ResultCompleted> results = traffic.results(13, PATIENCE);
            System.out.println("JobsCrashIT: " + deaths + " replicas died of one job");
            assertThat(results).extracting(ResultCompleted::getJob).doesNotHaveDuplicates();
            assertThat(results).allSatisfy(result -> {
                boolean killer = result.getJob().equals("deadly");
                assertThat(result.getOutcome())
                        .isEqualTo(killer ? JobOutcome.JOB_OUTCOME_FAILED : JobOutcome.JOB_OUTCOME_COMPLETED);
            });
            assertThat(deaths).hasValue(3);
            assertThat(broker.read(
                            EventType.REQUEST_SUBMITTED.topic().deadLetters().name(), Duration.ofSeconds(2)))
                    .hasSize(1);
        }
    }
}
