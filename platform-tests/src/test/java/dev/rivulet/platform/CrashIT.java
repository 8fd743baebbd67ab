// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Parts are killed with signal 9 under load. */
@ExtendWith(OnPlatform.class)
class CrashIT {

    /** A part's start takes seconds; a machine that does much else beside the test may need minutes. */
    private static final Duration COME_BACK = Duration.ofMinutes(4);

    @Test
    void aReplicaKilledInMidStreamGivesAnErrorFrameAndComesBackWithoutHelp(Platform platform) {
        Chat chat = new Chat(platform);
        long before = platform.pid("inference-service");
        AtomicInteger lines = new AtomicInteger();
        CompletableFuture<Chat.Streamed> open =
                chat.stream("Tell me about the building", 400, line -> lines.incrementAndGet());
        Awaitility.await("first tokens").atMost(Duration.ofSeconds(60)).until(() -> lines.get() > 4);

        platform.kill9("inference-service");

        Chat.Streamed cut = open.join();
        assertThat(cut.failed() || cut.done())
                .as("an error frame, or an answer that was faster than the kill")
                .isTrue();
        Awaitility.await("the replica serves again").atMost(COME_BACK).untilAsserted(() -> {
            assertThat(platform.pid("inference-service")).isNotEqualTo(before);
            assertThat(chat.stream("Hello", 8).done()).isTrue();
        });
    }

    @Test
    void whileNoReplicaIsThereCallersAreToldToComeBack(Platform platform) {
        Chat chat = new Chat(platform);
        platform.kill9("inference-service");

        Awaitility.await("refused with Retry-After, or back already")
                .atMost(COME_BACK)
                .untilAsserted(() -> {
                    var response = chat.post("/v1/chat/completions", Chat.body("Hello", 4, false));
                    assertThat(response.statusCode()).isIn(200, 502, 503);
                    if (response.statusCode() == 503) {
                        assertThat(response.headers().firstValue("retry-after")).isPresent();
                    }
                    assertThat(response.statusCode()).isEqualTo(200);
                });
    }

    @Test
    void chatsGoOnWhileKafkaIsAwayAndNothingIsLostAfter(Platform platform) {
        Chat chat = new Chat(platform);
        CompletableFuture<Chat.Streamed> open = chat.stream("Tell me about the building", 300, line -> {});
        var kafka = ProcessHandle.of(platform.pid("kafka")).orElseThrow();
        Instant until = Instant.now().plusSeconds(20);

        Finished.of(new ProcessBuilder("kill", "-STOP", Long.toString(kafka.pid())), Duration.ofSeconds(5))
                .succeeded();
        try {
            assertThat(open.join().done()).isTrue();
            Awaitility.await("20 s without Kafka").atMost(COME_BACK).until(() -> {
                assertThat(chat.stream("Set Aurora to 21 degrees", 16).done()).isTrue();
                return Instant.now().isAfter(until);
            });
        } finally {
            kafka.destroyForcibly();
        }

        Awaitility.await("Kafka is back").atMost(COME_BACK).untilAsserted(() -> {
            assertThat(platform.pid("kafka")).isNotEqualTo(kafka.pid());
            assertThat(platform.run("status").exit()).isZero();
        });
        assertThat(chat.stream("Hello", 8).done()).isTrue();
        new Registration(platform).registersAndIsAnnounced("after-the-outage");
    }
}
