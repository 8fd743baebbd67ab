// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.edge.Trainer.Outcome;
import dev.rivulet.edge.Trainer.Outcome.Declined;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.edge.Trainer.Task;
import dev.rivulet.federated.compression.Bandwidth;
import dev.rivulet.federated.compression.Compressor;
import dev.rivulet.federated.compression.Scheme;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.compression.UploadBudget;
import dev.rivulet.federated.secagg.SealingKeys;
import dev.rivulet.federated.selftest.SecureSumSelfTest;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A device at work: waits, fetches the model, trains, uploads the difference as small as the federation's budget asks, or says why
 * not. One thread takes part; heartbeats come from another. Before its first round under masks a process proves that its sums are
 * right ({@link SecureSumSelfTest}); a program may have that done while it prepares, so that no round waits for it.
 */
public final class EdgeDevice {

    private static final int LONGEST_DETAIL = 500;
    /** Of a device that has not measured: time then limits nothing. */
    private static final double UNKNOWN_BANDWIDTH = 1e12;

    /** What became of one wait. */
    public sealed interface Took {

        /** There was no work. */
        record Nothing() implements Took {}

        /** The update counts. */
        record Part(long round, UpdateAccepted answer) implements Took {}

        /** The device measured a version and said what it found. */
        record Measured(long version, Trainer.Measured found) implements Took {}

        /** The device had no update to give. */
        record NoPart(long round, String reason) implements Took {}
    }

    private final FederationClient client;
    private final Trainer trainer;
    private final Supplier<Capabilities> capabilities;
    private final RandomGenerator random;
    private final SecureTrust trust;
    private final SealingKeys sealing;

    /**
     * @param capabilities asked for before each heartbeat
     * @param random for rounding where updates are sent with few bits
     */
    public EdgeDevice(
            FederationClient client, Trainer trainer, Supplier<Capabilities> capabilities, RandomGenerator random) {
        this(client, trainer, capabilities, random, SecureTrust.usual(new SecureRandom()));
    }

    /**
     * A device that says whom it trusts with what.
     *
     * @param trust in the federation, where it sums securely and where it does not
     */
    public EdgeDevice(
            FederationClient client,
            Trainer trainer,
            Supplier<Capabilities> capabilities,
            RandomGenerator random,
            SecureTrust trust) {
        this.trust = trust;
        this.sealing = new SealingKeys(trust.random());
        this.client = client;
        this.trainer = trainer;
        this.capabilities = capabilities;
        this.random = random;
    }

    /** Waits for work, at most so long, and does it. While the federation has said that it does not need the device, it is not asked. */
    public Took takePart(Duration most) throws IOException, InterruptedException, RefusedByFederationException {
        Duration rest = client.rest();
        if (rest.compareTo(most) >= 0) {
            Thread.sleep(most);
            return new Took.Nothing();
        }
        Thread.sleep(rest);
        Optional<Work> work = client.await(most.minus(rest), trainer.evaluates() && !trust.maskedOnly());
        return work.isEmpty() ? new Took.Nothing() : done(work.get());
    }

    private Took done(Work work) throws IOException, InterruptedException, RefusedByFederationException {
        if (work.getEvaluation()) {
            return measured(work, client.model(work));
        }
        if (trust.maskedOnly() && !work.hasSecure()) {
            return none(
                    work, "unsupported", "this device shows its update to nobody, and the round sums nothing securely");
        }
        Parameters model = client.model(work);
        Parameters control = work.getControlSha256().isEmpty()
                ? null
                : client.control(work.getModel(), work.getControlSha256().toByteArray());
        Outcome outcome = trained(work, model, control);
        return switch (outcome) {
            case Declined(String reason, String detail) -> none(work, reason, detail);
            case Trained trained -> sent(work, model, trained);
        };
    }

    private Took measured(Work work, Parameters model)
            throws IOException, InterruptedException, RefusedByFederationException {
        Optional<Trainer.Measured> found = found(work, model);
        long version = work.getModel().getVersion();
        client.evaluated(version, found);
        return found.<Took>map(each -> new Took.Measured(version, each))
                .orElseGet(() -> new Took.NoPart(work.getRound(), "no-data"));
    }

    private Optional<Trainer.Measured> found(Work work, Parameters model) throws InterruptedException {
        try {
            Duration left = Duration.ofMillis(work.getDueInMs());
            return trainer.evaluate(new Task(work.getRound(), model, work.getTraining(), left));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return Optional.empty();
        }
    }

    private Outcome trained(Work work, Parameters model, @Nullable Parameters control) throws InterruptedException {
        try {
            Duration left = Duration.ofMillis(work.getDueInMs());
            Outcome outcome = trainer.train(new Task(work.getRound(), model, work.getTraining(), left, control));
            return control != null && outcome instanceof Trained trained && trained.controlChange() == null
                    ? new Declined("unsupported", "the trainer knows no control variates")
                    : outcome;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return new Declined("other", e.toString());
        }
    }

    private Took sent(Work work, Parameters model, Trained trained)
            throws IOException, InterruptedException, RefusedByFederationException {
        Parameters delta = trained.model().minus(model);
        if (!Double.isFinite(delta.norm())) {
            return none(work, "diverged", "the model after training is not finite");
        }
        if (work.hasSecure()) {
            return masked(work, delta, trained);
        }
        float[] values = values(delta, trained.controlChange());
        UploadBudget budget = UploadBudget.ofBytes(work.getMostUpdateBytes());
        Optional<Scheme> scheme = budget.choose(values.length, bandwidth(), Duration.ofMillis(work.getDueInMs()));
        if (scheme.isEmpty()) {
            return none(work, "unsupported", "no update fits the budget and the time");
        }
        byte[] update = UpdateCodec.write(new Compressor(random).encode(values, scheme.get()));
        About about = new About(work.getRound(), work.getModel().getVersion(), trained.weight(), trained.metrics());
        return new Took.Part(work.getRound(), client.upload(about, update));
    }

    /** Under SCAFFOLD the difference, then the change of the control variate. */
    private static float[] values(Parameters delta, @Nullable Parameters change) {
        if (change == null) {
            return delta.values();
        }
        float[] both = Arrays.copyOf(delta.values(), delta.size() + change.size());
        System.arraycopy(change.values(), 0, both, delta.size(), change.size());
        return both;
    }

    private Took masked(Work work, Parameters delta, Trained trained)
            throws IOException, InterruptedException, RefusedByFederationException {
        SecureSumSelfTest.require();
        try {
            SecurePart part = new SecurePart(client, work, trust, sealing, random);
            return new Took.Part(work.getRound(), part.send(delta, trained));
        } catch (SecurePart.UnfairException e) {
            return none(work, "unsupported", String.valueOf(e.getMessage()));
        }
    }

    private Bandwidth bandwidth() {
        long said = capabilities.get().getUploadBytesPerSecond();
        return new Bandwidth(said > 0 ? said : UNKNOWN_BANDWIDTH);
    }

    private Took none(Work work, String reason, String detail)
            throws IOException, InterruptedException, RefusedByFederationException {
        client.report(
                work.getRound(),
                reason,
                detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail);
        return new Took.NoPart(work.getRound(), reason);
    }

    /** Says that the device is there, until the thread is interrupted or the device refused; a federation that is away is waited for. */
    public void heartbeats() throws InterruptedException, RefusedByFederationException {
        while (true) {
            Duration next = Duration.ofSeconds(5);
            try {
                next = Duration.ofMillis(
                        Math.max(100, client.heartbeat(capabilities.get()).getNextWithinMs() / 2));
            } catch (IOException e) {
                // The next heartbeat tries again.
            }
            Thread.sleep(next);
        }
    }
}
