// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The gateway and the replica are killed with signal 9 at random while jobs are submitted and answered, some by the assistant's graph. */
@ExtendWith(OnPlatform.class)
class JobsCrashIT {

    private static final int JOBS = Integer.getInteger("rivulet.test.crash-jobs", 40);
    private static final int JOBS_BETWEEN_KILLS = Math.min(JOBS / 2, 40);
    private static final long SEED = Long.getLong("rivulet.test.seed", 20_261_126);
    private static final Duration COME_BACK = Duration.ofMinutes(4);
    private static final Duration LATE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(JOBS < 100 ? 6 : 40);

    @Test
    void everyJobHasExactlyOneResultWhoeverIsKilled(Platform platform) {
        System.out.println("JobsCrashIT seed " + SEED + ", " + JOBS + " jobs");
        Random random = new Random(SEED);
        Chat chat = new Chat(platform);
        Set<String> jobs = new HashSet<>();
        Map<String, Integer> results = new HashMap<>();
        int kills = 0;
        for (int i = 0; i < JOBS; i++) {
            if (i % JOBS_BETWEEN_KILLS == JOBS_BETWEEN_KILLS / 2) {
                platform.kill9(random.nextBoolean() ? "gateway-service" : "inference-service");
                kills++;
            }
            String key = "crash-" + SEED + "-" + i;
            String hello = Chat.body("Hello", 8, false);
            // Every fourth goes from the queue to a replica, from there to a gateway's graph, and from that to
            // replicas.
            String body = i % 4 == 0 ? hello.replace(Platform.MODEL, "assistant") : hello;
            Awaitility.await("job " + i + " is taken")
                    .atMost(COME_BACK)
                    .ignoreExceptions()
                    .untilAsserted(() -> jobs.add(submitted(chat, key, body)));
        }
        try (KafkaConsumer<String, byte[]> consumer = consumer(platform)) {
            Awaitility.await("all results").pollInSameThread().atMost(PATIENCE).until(() -> {
                count(consumer, jobs, results);
                return results.size() == JOBS;
            });
            Awaitility.await("a second result of a job would have come by now")
                    .pollInSameThread()
                    .atMost(PATIENCE)
                    .during(LATE)
                    .until(() -> count(consumer, jobs, results) == 0);
        }

        System.out.println("JobsCrashIT: " + results.size() + " results after " + kills + " kills");
        assertThat(results.values()).allMatch(count -> count == 1);
    }

    private static int count(KafkaConsumer<String, byte[]> consumer, Set<String> jobs, Map<String, Integer> results) {
        ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(300));
        records.forEach(record -> {
            if (jobs.contains(record.key())) {
                results.merge(record.key(), 1, Integer::sum);
            }
        });
        return records.count();
    }

    /** The same key is the same job, so that it may be sent again until it is taken. */
    private static String submitted(Chat chat, String key, String body) {
        HttpRequest request = chat.request("/v1/jobs", "{\"endpoint\":\"/v1/chat/completions\",\"body\":" + body + "}")
                .header("Idempotency-Key", key)
                .build();
        HttpResponse<String> answer = chat.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
        return Platform.JSON.readTree(answer.body()).path("id").asString();
    }

    private static KafkaConsumer<String, byte[]> consumer(Platform platform) {
        Map<String, Object> settings = new HashMap<>();
        Registration.consumer(platform).forEach((name, value) -> settings.put(name.toString(), value));
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of("inference.result.completed"));
        return consumer;
    }
}
