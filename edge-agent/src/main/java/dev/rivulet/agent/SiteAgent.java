// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.edge.EdgeDevice;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A site in a federation, on two threads until it is closed: one says that it is there, one trains whenever the machine is idle. */
public final class SiteAgent implements AutoCloseable {

    private static final Duration WAIT = Duration.ofSeconds(20);
    /** Refusals that rounds bring with them: a site that was too slow, a federation that begins no further round. */
    private static final Set<String> USUAL =
            Set.of(RefusalCode.LATE.wire(), RefusalCode.UNAVAILABLE.wire(), RefusalCode.BUSY.wire());

    private final FederationClient client;
    private final EdgeDevice device;
    private final IdlePolicy policy;
    private final Supplier<IdlePolicy.Machine> machine;
    private final Clock clock;
    private final Duration pause;
    private final Consumer<String> remarks;
    private final Thread beats;
    private final Thread work;

    /**
     * @param client closed with the agent
     * @param machine looked at before each round
     * @param pause between two looks at a machine that is busy, and after a failure
     * @param remarks told of what goes wrong, for people
     */
    public SiteAgent(
            FederationClient client,
            Trainer trainer,
            IdlePolicy policy,
            Supplier<IdlePolicy.Machine> machine,
            Clock clock,
            Duration pause,
            Consumer<String> remarks,
            RandomGenerator random) {
        this.client = client;
        this.policy = policy;
        this.machine = machine;
        this.clock = clock;
        this.pause = pause;
        this.remarks = remarks;
        this.device = new EdgeDevice(client, trainer, this::capabilities, random);
        this.beats = Thread.ofVirtual().name("beats").unstarted(this::beat);
        this.work = Thread.ofPlatform().name("training").daemon().unstarted(this::work);
    }

    /** Begins to take part. */
    public SiteAgent start() {
        beats.start();
        work.start();
        return this;
    }

    private Capabilities capabilities() {
        return Capabilities.newBuilder()
                .setBatteryPercent(100)
                .setCharging(machine.get().plugged())
                .build();
    }

    private void beat() {
        try {
            device.heartbeats();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RefusedByFederationException e) {
            remarks.accept("a heartbeat was refused: " + e.getMessage());
        }
    }

    private void work() {
        String said = "";
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Optional<String> against = policy.reasonAgainst(
                        machine.get(), LocalTime.ofInstant(clock.instant(), ZoneId.systemDefault()));
                if (against.isEmpty()) {
                    takePart();
                } else {
                    if (!said.equals(against.get())) {
                        remarks.accept("waiting: " + against.get());
                    }
                    Thread.sleep(pause);
                }
                said = against.orElse("");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takePart() throws InterruptedException {
        try {
            if (device.takePart(WAIT) instanceof EdgeDevice.Took.NoPart(long round, String reason)) {
                remarks.accept("no part in round " + round + ": " + reason);
            }
        } catch (RefusedByFederationException e) {
            if (!USUAL.contains(e.code())) {
                remarks.accept(String.valueOf(e.getMessage()));
            }
            Thread.sleep(pause);
        } catch (IOException e) {
            remarks.accept("the federation can't be reached: " + e.getMessage());
            Thread.sleep(pause);
        }
    }

    @Override
    public void close() {
        work.interrupt();
        beats.interrupt();
        client.close();
    }
}
