// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.EventType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, three copies of every topic of which two must have a record, and a registry that is written to all the time. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerClusterIT {

    private static final String TOPIC = EventType.MODEL_VERSION_CHANGED.topic().name();
    private static final int MODELS = 3;
    private static final int BETWEEN = 30;
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("rivulet.test.outage", 60));
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Chain chain;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        chain = new Chain(folder, 3);
        chain.read();
    }

    @AfterAll
    void stop() throws Exception {
        chain.close();
    }

    @Test
    void noAcknowledgedFactIsLostWhileEachBrokerDiesAndComesBack() throws Exception {
        List<Changer> changers = changers("each");
        chain.brokers().awaitInSync(TOPIC);
        assertThat(chain.brokers().describe(TOPIC).partitions())
                .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(3));
        for (int node = 0; node < chain.brokers().size(); node++) {
            killAndStart(node, changers);
        }
        allIsThere("each", changers);
    }

    @Test
    void noAcknowledgedFactIsLostWhenTheLeaderOfItsPartitionDies() throws Exception {
        List<Changer> changers = changers("led");
        for (int partition = 0; partition < 2; partition++) {
            chain.brokers().awaitInSync(TOPIC);
            killAndStart(chain.brokers().leader(TOPIC, partition), changers);
        }
        allIsThere("led", changers);
    }

    @Test
    void whileAllBrokersAreDownChangesAreAcceptedAndGoOutInOrderAfterwards() throws Exception {
        List<Changer> changers = changers("down");
        changers.forEach(changer -> changer.awaitMore(BETWEEN));

        chain.brokers().kill();
        int refused = changers.stream().mapToInt(Changer::refused).sum();
        long before = unsent();
        await().atMost(OUTAGE.plus(PATIENCE)).during(OUTAGE).until(() -> alive() && refused == refused(changers));
        changers.forEach(changer -> changer.awaitMore(BETWEEN));
        assertThat(unsent()).isGreaterThanOrEqualTo(before + MODELS * BETWEEN);
        assertThat(oldestAge()).isPositive();
        chain.brokers().start();

        allIsThere("down", changers);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(oldestAge()).isZero());
    }

    private List<Changer> changers(String name) {
        List<Changer> changers = new ArrayList<>();
        for (int i = 0; i < MODELS; i++) {
            chain.model(name + "-" + i);
            changers.add(new Changer(chain.registry(), name + "-" + i));
        }
        return changers;
    }

    private void killAndStart(int node, List<Changer> changers) {
        changers.forEach(changer -> changer.awaitMore(BETWEEN));
        chain.brokers().kill(node);
        changers.forEach(changer -> changer.awaitMore(BETWEEN));
        chain.brokers().start(node);
        chain.brokers().awaitInSync(TOPIC);
    }

    private void allIsThere(String name, List<Changer> changers) throws Exception {
        changers.forEach(Changer::close);
        for (int i = 0; i < MODELS; i++) {
            String model = name + "-" + i;
            long last = chain.revision(model);
            assertThat(last).isGreaterThanOrEqualTo(changers.get(i).revision());
            assertThat(chain.applied(model))
                    .as(model)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, last).boxed().toList());
        }
        System.out.printf(
                "BrokerClusterIT %s: %d changes accepted, %d refused, each applied once%n",
                name, changers.stream().mapToInt(Changer::accepted).sum(), refused(changers));
    }

    private static int refused(List<Changer> changers) {
        return changers.stream().mapToInt(Changer::refused).sum();
    }

    private boolean alive() {
        return chain.registry().client().get("/actuator/health/readiness").status() == 200;
    }

    private long unsent() throws Exception {
        return chain.numbers(Chain.WRITTEN, "select count(*) from outbox where sent_at is null")
                .getFirst();
    }

    private double oldestAge() {
        return chain.registry().client().metric("rivulet_outbox_oldest_age_seconds");
    }
}
