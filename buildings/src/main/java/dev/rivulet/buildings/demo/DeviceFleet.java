// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.demo;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.Model;
import dev.rivulet.devices.v1.Tensor;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.EdgeDevice;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.NetworkTrainer;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.simulation.SimulatedDevice;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Devices of the SDK, one a building, each on virtual threads of its own until the fleet is closed. */
final class DeviceFleet implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Refusals that rounds bring with them: a device that was too slow, a federation that begins no further round. */
    private static final Set<String> USUAL =
            Set.of(RefusalCode.LATE.wire(), RefusalCode.UNAVAILABLE.wire(), RefusalCode.BUSY.wire());

    private final Network network;
    private final PrintStream remarks;
    private final List<FederationClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    DeviceFleet(Network network, PrintStream remarks) {
        this.network = network;
        this.remarks = remarks;
    }

    /** Enrols one device for each building and lets it take part again and again. */
    void enrol(URI federation, String token, List<SimulatedDevice> devices, long seed)
            throws IOException, InterruptedException, RefusedByFederationException {
        SecureRandom random = new SecureRandom();
        for (SimulatedDevice device : devices) {
            FederationClient client = FederationClient.enrol(
                    federation,
                    token,
                    DeviceKeys.generate(),
                    device.name(),
                    ClientSettings.USUAL,
                    Clock.systemUTC(),
                    random);
            clients.add(client);
            Trainer trainer =
                    new NetworkTrainer(network, device.train(), Optional.of(device.test()), seed + clients.size());
            start(client, device, trainer, new SplittableRandom(seed + clients.size()));
        }
    }

    private void start(FederationClient client, SimulatedDevice device, Trainer trainer, SplittableRandom random) {
        Capabilities plugged = Capabilities.newBuilder()
                .setBatteryPercent(100)
                .setCharging(true)
                .setExamples(device.train().count())
                .build();
        EdgeDevice edge = new EdgeDevice(client, trainer, () -> plugged, random);
        threads.add(Thread.ofVirtual().name("beats " + device.name()).start(() -> beat(edge)));
        threads.add(Thread.ofVirtual().name(device.name()).start(() -> takePart(edge, device.name())));
    }

    private void beat(EdgeDevice device) {
        try {
            device.heartbeats();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RefusedByFederationException e) {
            remarks.println("a heartbeat was refused: " + e.getMessage());
        }
    }

    private void takePart(EdgeDevice device, String name) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    device.takePart(WAIT);
                } catch (RefusedByFederationException e) {
                    if (!USUAL.contains(e.code())) {
                        remarks.println(name + ": " + e.getMessage());
                    }
                    Thread.sleep(PAUSE);
                } catch (IOException e) {
                    remarks.println(name + ": " + e.getMessage());
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A version's values, fetched as any device fetches them. */
    Parameters model(long version, String sha256)
            throws IOException, InterruptedException, RefusedByFederationException {
        Model.Builder model = Model.newBuilder()
                .setVersion(version)
                .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(sha256)));
        for (Layout.Tensor tensor : network.layout().tensors()) {
            model.addTensors(Tensor.newBuilder().setName(tensor.name()).addAllShape(tensor.shape()));
        }
        return clients.getFirst().model(model.build());
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        clients.forEach(FederationClient::close);
    }
}
