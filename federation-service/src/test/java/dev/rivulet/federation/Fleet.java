// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.EdgeDevice;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.SecureTrust;
import dev.rivulet.edge.Trainer;
import dev.rivulet.federation.rounds.Federations;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Devices of the SDK, each with its threads, until it is closed. */
final class Fleet implements AutoCloseable {

    private static final Capabilities PLUGGED = Capabilities.newBuilder()
            .setBatteryPercent(100)
            .setCharging(true)
            .setExamples(90)
            .build();

    private final URI service;
    private final String token;
    private final ClientSettings settings;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<FederationClient> clients = new CopyOnWriteArrayList<>();
    private final List<RawDevice> raws = new CopyOnWriteArrayList<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();

    Fleet(URI service, String token) {
        this(service, token, true);
    }

    /** @param inOneRequest whether an update that fits one request goes in one */
    Fleet(URI service, String token, boolean inOneRequest) {
        ClientSettings usual = ClientSettings.USUAL;
        this.service = service;
        this.token = token;
        this.settings = new ClientSettings(
                usual.connect(),
                usual.answer(),
                usual.attempts(),
                usual.pause(),
                usual.mostPart(),
                usual.mostModel(),
                inOneRequest ? usual.mostWhole() : 0,
                false);
    }

    FederationClient enrolled(String label) throws Exception {
        FederationClient client = FederationClient.enrol(
                service, token, DeviceKeys.generate(), label, settings, Clock.systemUTC(), new SecureRandom());
        clients.add(client);
        return client;
    }

    /** A device that takes part again and again. */
    FederationClient started(String label, Trainer trainer) throws Exception {
        return started(label, trainer, SecureTrust.usual(new SecureRandom()));
    }

    /** A device that takes part again and again where it trusts the federation. */
    FederationClient started(String label, Trainer trainer, SecureTrust trust) throws Exception {
        FederationClient client = enrolled(label);
        EdgeDevice device = new EdgeDevice(client, trainer, () -> PLUGGED, new Random(label.hashCode()), trust);
        Thread beats = Thread.ofVirtual().start(() -> beat(device));
        threads.add(beats);
        threads.add(Thread.ofVirtual().start(() -> takePart(device, beats)));
        return client;
    }

    /** A device that says that it is there, and does nothing else by itself. */
    FederationClient present(String label) throws Exception {
        FederationClient client = enrolled(label);
        EdgeDevice device = new EdgeDevice(
                client, _ -> new Trainer.Outcome.Declined("other", "never asked"), () -> PLUGGED, new Random(0));
        threads.add(Thread.ofVirtual().start(() -> beat(device)));
        return client;
    }

    private void beat(EdgeDevice device) {
        try {
            device.heartbeats();
        } catch (InterruptedException | RefusedByFederationException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takePart(EdgeDevice device, Thread beats) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                device.takePart(Duration.ofSeconds(20));
            } catch (RefusedByFederationException e) {
                refusals.add(e.code());
            } catch (IOException | InterruptedException e) {
                beats.interrupt();
                return;
            }
        }
    }

    /** All wait before rounds may begin, so that one round has them all. */
    static Work selected(Operator operator, Federations federations, String federation, List<FederationClient> devices)
            throws Exception {
        List<CompletableFuture<Work>> works = new ArrayList<>();
        for (FederationClient device : devices) {
            CompletableFuture<Work> work = new CompletableFuture<>();
            works.add(work);
            Thread.ofVirtual().start(() -> {
                try {
                    work.complete(device.await(Duration.ofSeconds(20)).orElseThrow());
                } catch (Exception e) {
                    work.completeExceptionally(e);
                }
            });
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> federations.waiting(federation) == devices.size());
        operator.start(federation);
        for (CompletableFuture<Work> work : works) {
            assertThat(work.get(20, TimeUnit.SECONDS).getFederation()).isEqualTo(federation);
        }
        return works.getFirst().get();
    }

    /** A device's requests without the SDK. */
    RawDevice raw(FederationClient client) {
        RawDevice raw = new RawDevice(service, client.identity());
        raws.add(raw);
        return raw;
    }

    /** Codes by which devices of the fleet were refused. */
    List<String> refusals() {
        return refusals;
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        clients.forEach(FederationClient::close);
        raws.forEach(RawDevice::close);
    }
}
