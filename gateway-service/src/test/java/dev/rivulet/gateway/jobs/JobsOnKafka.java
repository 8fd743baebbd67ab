// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import java.time.Duration;
import java.util.stream.Stream;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A real broker, a replica that takes jobs as a test decides, one that answers over HTTP, and a gateway that can start anew. */
public final class JobsOnKafka implements AutoCloseable {

    /** Of somebody else. */
    public static final String OTHER_KEY = "rvk_another";

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    private final String[] properties;
    private final StubReplica stub;
    private final FakeJobReplica replica;
    private GatewayFixture gateway;

    /** @param properties of the gateway */
    public JobsOnKafka(String... properties) {
        this.properties = properties.clone();
        broker.afterPropertiesSet();
        stub = StubReplica.start("stub");
        replica = new FakeJobReplica(broker.getBrokersAsString());
        gateway = started();
    }

    public StubReplica stub() {
        return stub;
    }

    public FakeJobReplica replica() {
        return replica;
    }

    public GatewayFixture gateway() {
        return gateway;
    }

    /** Another gateway in place of one that was closed. */
    public GatewayFixture startedAnew() {
        gateway = started();
        return gateway;
    }

    /** A further gateway beside the first; to be closed by the test. */
    public GatewayFixture another() {
        return started();
    }

    @Override
    public void close() throws Exception {
        gateway.close();
        replica.close();
        stub.close();
        broker.destroy();
    }

    private GatewayFixture started() {
        String[] ours = {
            "spring.cloud.bus.enabled=false",
            "rivulet.routing.probe-timeout=20s",
            "rivulet.identity.keys[1].name=other",
            "rivulet.identity.keys[1].scopes=inference",
            "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(OTHER_KEY)
        };
        String[] all = Stream.concat(Stream.of(ours), Stream.of(properties)).toArray(String[]::new);
        GatewayFixture fresh = GatewayFixture.startOn(broker.getBrokersAsString(), all);
        fresh.join(stub);
        await().atMost(PATIENCE).until(() -> fresh.bean(JobStore.class).isLoaded());
        return fresh;
    }
}
