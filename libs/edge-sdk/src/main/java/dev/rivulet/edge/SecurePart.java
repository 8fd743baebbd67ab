// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rivulet.devices.v1.Noised;
import dev.rivulet.devices.v1.Secure;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Weighted;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.KeyStream;
import dev.rivulet.federated.secagg.MaskedMean;
import dev.rivulet.federated.secagg.Message;
import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.SurvivorList;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.MessageCodec;
import dev.rivulet.federated.secagg.MessageCodec.Decoded;
import dev.rivulet.federated.secagg.Reply;
import dev.rivulet.federated.secagg.SealingKeys;
import dev.rivulet.federated.secagg.SecAggDevice;
import dev.rivulet.federated.secagg.SecAggPlan;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A device's part in one secure round: its update leaves it under masks alone, and only as the terms that it accepts say. */
final class SecurePart {

    /** Beyond the round's deadline; the federation ends a round long before. */
    private static final Duration LONGEST_STEPS = Duration.ofHours(1);

    /** The terms, or what the federation sent, would show too much, or make no sense. */
    static final class UnfairException extends Exception {
        private static final long serialVersionUID = 1;

        UnfairException(String reason) {
            super(reason);
        }
    }

    /** What is under the masks: its length, and how an update becomes it. */
    private interface Form {
        int length();

        int[] vector(Parameters delta, Trained trained);
    }

    private final FederationClient client;
    private final long round;
    private final Duration most;
    private final SecAggPlan plan;
    private final Form form;
    private final MessageCodec codec;
    private final SecAggDevice device;

    SecurePart(FederationClient client, Work work, SecureTrust trust, SealingKeys keys, RandomGenerator random)
            throws UnfairException {
        Secure secure = work.getSecure();
        require(
                secure.getMinimum() >= trust.leastDevices(),
                "a sum of " + secure.getMinimum() + " may be unmasked, the device wants " + trust.leastDevices());
        this.client = client;
        this.round = work.getRound();
        this.most = Duration.ofMillis(work.getDueInMs()).plus(LONGEST_STEPS);
        try {
            this.form = form(secure, FederationClient.layout(work.getModel()).size(), trust, random);
            this.plan = plan(secure, form.length());
            this.codec = new MessageCodec(plan);
            this.device = new SecAggDevice(plan, secure.getDevice(), trust.random(), identity(secure, trust), keys);
        } catch (IllegalArgumentException e) {
            throw new UnfairException("the terms make no sense: " + e.getMessage());
        }
        long bytes = ((long) form.length() * plan.bits() + Byte.SIZE - 1) / Byte.SIZE;
        require(bytes <= work.getMostUpdateBytes(), "a vector of " + bytes + " bytes does not fit the budget");
    }

    private static SecAggPlan plan(Secure secure, int length) {
        return new SecAggPlan(
                secure.getAggregation(),
                secure.getDevices(),
                secure.getMinimum(),
                length,
                secure.getBits(),
                secure.getMembersCount() > 0);
    }

    private static Form form(Secure secure, int dimensions, SecureTrust trust, RandomGenerator random)
            throws UnfairException {
        return switch (secure.getFormCase()) {
            case WEIGHTED -> weighted(secure, secure.getWeighted(), dimensions, random);
            case NOISED -> noised(secure, secure.getNoised(), dimensions, trust);
            case FORM_NOT_SET -> throw new UnfairException("what is to be masked has a form this device does not know");
        };
    }

    private static Form weighted(Secure secure, Weighted told, int dimensions, RandomGenerator random) {
        MaskedMean mean =
                new MaskedMean(dimensions, told.getRange(), told.getLevels(), secure.getBits(), told.getMostWeight());
        return new Form() {
            @Override
            public int length() {
                return mean.length();
            }

            @Override
            public int[] vector(Parameters delta, Trained trained) {
                double weight = told.getAlike() ? told.getMostWeight() : trained.weight();
                return mean.encode(delta.values(), weight, loss(trained), random);
            }
        };
    }

    private static OptionalDouble loss(Trained trained) {
        Double told = trained.metrics().get(Update.LOSS_BEFORE);
        return told == null || told.isNaN() ? OptionalDouble.empty() : OptionalDouble.of(told);
    }

    private static Form noised(Secure secure, Noised told, int dimensions, SecureTrust trust) {
        NoisePlan plan = new NoisePlan(
                dimensions, told.getClip(), told.getGranularity(), told.getLocalDeviation(), secure.getBits());
        DiscreteNoise noise = new DiscreteNoise(plan, told.getRotationSeed());
        byte[] key = new byte[KeyStream.KEY_BYTES];
        trust.random().nextBytes(key);
        return new Form() {
            @Override
            public int length() {
                return noise.length();
            }

            @Override
            public int[] vector(Parameters delta, Trained trained) {
                return noise.encode(delta.values(), new KeyStream(key));
            }
        };
    }

    private dev.rivulet.federated.secagg.@Nullable Identity identity(Secure secure, SecureTrust trust)
            throws UnfairException {
        if (secure.getMembersCount() == 0) {
            return null;
        }
        List<String> members = secure.getMembersList();
        require(members.size() == secure.getDevices(), "the round does not name all of its devices");
        Map<Integer, PublicKey> keys = new HashMap<>();
        for (int i = 0; i < members.size(); i++) {
            String member = members.get(i);
            keys.put(
                    i + 1,
                    trust.keys()
                            .of(member)
                            .orElseThrow(() -> new UnfairException("the key of device " + member + " is not known")));
        }
        return new dev.rivulet.federated.secagg.Identity(
                client.identity().keys().getPrivate(), keys);
    }

    /** Takes all steps; the answer to the last says that the sum is there. */
    UpdateAccepted send(Parameters delta, Trained trained)
            throws IOException, InterruptedException, RefusedByFederationException, UnfairException {
        int[] vector = vector(delta, trained);
        Circle circle = step("keys", device.advertise(), Circle.class);
        DeliveredShares shares = step("shares", sent(device.share(circle)), DeliveredShares.class);
        Message masked = sent(device.mask(shares, vector));
        UnmaskRequest request = plan.signed() ? agreed(masked) : step("vector", masked, UnmaskRequest.class);
        byte[] answer = client.secure(round, "unmask", codec.encode(sent(device.unmask(request))), most);
        try {
            return UpdateAccepted.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("the answer is not of the protocol", e);
        }
    }

    private int[] vector(Parameters delta, Trained trained) throws UnfairException {
        try {
            return form.vector(delta, trained);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UnfairException("the update has no place under masks: " + e.getMessage());
        }
    }

    private UnmaskRequest agreed(Message masked)
            throws IOException, InterruptedException, RefusedByFederationException, UnfairException {
        SurvivorList list = step("vector", masked, SurvivorList.class);
        return step("survivors", sent(device.agree(list)), UnmaskRequest.class);
    }

    private <M extends Message> M step(String step, Message message, Class<M> expected)
            throws IOException, InterruptedException, RefusedByFederationException, UnfairException {
        byte[] answer = client.secure(round, step, codec.encode(message), most);
        return switch (codec.decode(answer)) {
            case Decoded.Read(Message read) when expected.isInstance(read) -> expected.cast(read);
            case Decoded.Read _ -> throw new UnfairException("the step " + step + " was answered with another message");
            case Decoded.Malformed(String reason) -> throw new UnfairException(reason);
        };
    }

    private static <M extends Message> M sent(Reply<M> reply) throws UnfairException {
        return switch (reply) {
            case Reply.Sent<M>(M message) -> message;
            case Reply.Refused<M>(String reason) -> throw new UnfairException(reason);
        };
    }

    private static void require(boolean condition, String otherwise) throws UnfairException {
        if (!condition) {
            throw new UnfairException(otherwise);
        }
    }
}
