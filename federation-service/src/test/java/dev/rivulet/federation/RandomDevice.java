// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.federated.compression.Compressor;
import dev.rivulet.federated.compression.Scheme;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.RoundGate.Step;
import dev.rivulet.federation.SentUpdates.Accepted;
import dev.rivulet.federation.SentUpdates.Sent;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device that sends other random numbers each time it trains, remembers what it sent, and goes on whatever dies. Of several
 * addresses it takes the next when one does not answer.
 */
final class RandomDevice implements AutoCloseable {

    private static final ClientSettings PATIENT = new ClientSettings(
            Duration.ofSeconds(2), Duration.ofSeconds(20), 3, Duration.ofMillis(20), 1 << 16, 1 << 20);

    private final List<URI> services;
    private final FederationClient enrolled;
    private final Random random;
    private final SentUpdates sent;
    private final List<RoundGate> gates;
    private final AtomicInteger turn = new AtomicInteger();
    private final Thread thread;

    /** Enrols at the first address, and begins to take part. */
    RandomDevice(List<URI> services, String token, long seed, SentUpdates sent, List<RoundGate> gates)
            throws IOException, InterruptedException, RefusedByFederationException {
        this.services = services;
        this.random = new Random(seed);
        this.sent = sent;
        this.gates = gates;
        this.enrolled = FederationClient.enrol(
                services.getFirst(),
                token,
                DeviceKeys.generate(),
                "random",
                PATIENT,
                Clock.systemUTC(),
                new SecureRandom());
        this.thread = Thread.ofVirtual().start(this::takePart);
    }

    private void takePart() {
        while (!Thread.currentThread().isInterrupted()) {
            URI service = services.get(Math.floorMod(turn.get(), services.size()));
            try (FederationClient client = FederationClient.of(
                            service, enrolled.identity(), PATIENT, Clock.systemUTC(), new SecureRandom());
                    RawDevice raw = new RawDevice(service, enrolled.identity())) {
                while (!Thread.currentThread().isInterrupted()) {
                    once(client, raw);
                }
            } catch (IOException | RefusedByFederationException e) {
                turn.incrementAndGet();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void once(FederationClient client, RawDevice raw)
            throws IOException, InterruptedException, RefusedByFederationException {
        Optional<Work> work = client.await(Duration.ofSeconds(5));
        if (work.isPresent()) {
            sent(work.get(), client, raw);
        }
    }

    private void sent(Work work, FederationClient client, RawDevice raw)
            throws IOException, InterruptedException, RefusedByFederationException {
        Parameters base = client.model(work.getModel());
        pass(Step.TRAINING, work);
        float[] values = new float[base.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        byte[] update = UpdateCodec.write(new Compressor(random).encode(values, Scheme.dense(32)));
        String sha256 = DeviceKeys.sha256(update);
        double weight = 1 + random.nextInt(50);
        sent.sent(sha256, new Sent(update, weight));
        About about = new About(work.getRound(), work.getModel().getVersion(), weight, Map.of("loss-before", 1.0));
        if (gates.stream().anyMatch(gate -> gate.step() == Step.UPLOADING)) {
            client.open(about, update.length, DeviceKeys.digest(update));
            byte[] half = Arrays.copyOf(update, update.length / 2);
            raw.sent(raw.signed("PATCH", "/federation/v1/uploads/" + work.getRound(), half, 0));
            pass(Step.UPLOADING, work);
        }
        try {
            client.upload(about, update);
            sent.accepted(new Accepted(
                    work.getFederation(), work.getRound(), enrolled.identity().device(), sha256));
        } catch (RefusedByFederationException e) {
            // Late, or counted before with other numbers: the next wait tells what is to be done.
        }
    }

    private void pass(Step step, Work work) throws InterruptedException {
        for (RoundGate gate : gates) {
            gate.pass(step, (int) work.getRound());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        enrolled.close();
    }
}
