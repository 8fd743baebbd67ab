// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.federation;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.EdgeDevice;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.edge.Trainer.Task;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Devices of the SDK in a process of their own, until its input ends. Their training adds a thousandth to every value, so that each
 * version differs from the one before and has to be given to every device.
 */
public final class DeviceFleet {

    private static final float STEP = 0.001f;
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Capabilities PLUGGED =
            Capabilities.newBuilder().setBatteryPercent(100).setCharging(true).build();

    private DeviceFleet() {}

    /** @param arguments the federation's address, a token, the number of devices, and whether they sign in sessions */
    public static void main(String[] arguments) throws Exception {
        URI federation = URI.create(arguments[0]);
        List<FederationClient> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            FederationClient client = FederationClient.enrol(
                    federation,
                    arguments[1],
                    DeviceKeys.generate(),
                    "device-" + i,
                    ClientSettings.USUAL.sessions(Boolean.parseBoolean(arguments[3])),
                    Clock.systemUTC(),
                    new SecureRandom());
            clients.add(client);
            EdgeDevice device = new EdgeDevice(client, DeviceFleet::trained, () -> PLUGGED, new Random(i));
            threads.add(Thread.ofVirtual().start(() -> takePart(device)));
            threads.add(Thread.ofVirtual().start(() -> beat(device)));
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {}
        threads.forEach(Thread::interrupt);
        clients.forEach(FederationClient::close);
    }

    private static Trained trained(Task task) {
        float[] values = task.model().values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += STEP;
        }
        return new Trained(new Parameters(task.model().layout(), values), 1, Map.of());
    }

    private static void takePart(EdgeDevice device) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                device.takePart(WAIT);
            } catch (RefusedByFederationException e) {
                System.err.println("refused: " + e.getMessage());
            } catch (IOException | InterruptedException e) {
                return;
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
}
