// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.upstream;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.EdgeDevice;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.Identity;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.federation.rounds.FollowedRounds;
import dev.rivulet.federation.upstream.UpstreamSettings.Above;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One federation as a device of the one above it, with its threads. */
final class Upstream implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upstream.class);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Capabilities PLUGGED =
            Capabilities.newBuilder().setBatteryPercent(100).setCharging(true).build();

    private final String federation;
    private final Above above;
    private final KeptIdentity kept;
    private final FollowedRounds rounds;
    private final Clock clock;
    private final RandomGenerator random;
    private @Nullable Thread thread;

    Upstream(
            String federation,
            Above above,
            KeptIdentity kept,
            FollowedRounds rounds,
            Clock clock,
            RandomGenerator random) {
        this.federation = federation;
        this.above = above;
        this.kept = kept;
        this.rounds = rounds;
        this.clock = clock;
        this.random = random;
    }

    void start() {
        thread = Thread.ofVirtual().name("upstream-" + federation).start(this::run);
    }

    /** A federation above that is away or refuses is asked again; whoever does not conduct the federation here waits for its turn. */
    private void run() {
        String last = "";
        while (true) {
            try {
                if (rounds.conducted(federation)) {
                    takePart();
                    last = "";
                }
                Thread.sleep(AGAIN);
            } catch (IOException | RefusedByFederationException | RuntimeException e) {
                if (!e.toString().equals(last)) {
                    log.warn("{} takes no part in {} at present: {}", federation, above, e.toString());
                }
                last = e.toString();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void takePart() throws IOException, InterruptedException, RefusedByFederationException {
        try (FederationClient client = client()) {
            EdgeDevice device =
                    new EdgeDevice(client, new RegionalTrainer(federation, rounds, clock, LOOK), () -> PLUGGED, random);
            Thread beats =
                    Thread.ofVirtual().name("upstream-beats-" + federation).start(() -> beat(device));
            try {
                while (rounds.conducted(federation)) {
                    device.takePart(WAIT);
                }
            } finally {
                beats.interrupt();
            }
        }
    }

    private static void beat(EdgeDevice device) {
        try {
            device.heartbeats();
        } catch (InterruptedException | RefusedByFederationException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FederationClient client() throws IOException, InterruptedException, RefusedByFederationException {
        Optional<Identity> known = kept.read();
        if (known.isPresent()) {
            return FederationClient.of(above.service(), known.get(), ClientSettings.USUAL, clock, random);
        }
        FederationClient enrolled = FederationClient.enrol(
                above.service(), above.token(), DeviceKeys.generate(), federation, ClientSettings.USUAL, clock, random);
        kept.keep(enrolled.identity());
        return enrolled;
    }

    @Override
    public void close() {
        Thread ending = thread;
        if (ending != null) {
            ending.interrupt();
        }
    }
}
