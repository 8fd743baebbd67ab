// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.devices.v1.Secure;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.federated.secagg.MaskedMean;
import dev.rivulet.federated.secagg.Message;
import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.ToDevice;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.MessageCodec;
import dev.rivulet.federated.secagg.MessageCodec.Decoded;
import dev.rivulet.federated.secagg.Reply;
import dev.rivulet.federated.secagg.SecAggDevice;
import dev.rivulet.federated.secagg.SecAggPlan;
import dev.rivulet.federation.secureaggregation.Step;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.Random;

/** A device of a secure round, one step at a time: made to stop anywhere. */
final class SteppingDevice {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final FederationClient client;
    private final Work work;
    private final MessageCodec codec;
    private final SecAggDevice device;
    private final int[] vector;

    /** A device whose update is made of its seed. */
    SteppingDevice(FederationClient client, Work work, long seed) {
        this.client = client;
        this.work = work;
        Secure told = work.getSecure();
        int dimensions = FederationClient.layout(work.getModel()).size();
        var form = told.getWeighted();
        MaskedMean mean =
                new MaskedMean(dimensions, form.getRange(), form.getLevels(), told.getBits(), form.getMostWeight());
        SecAggPlan plan = new SecAggPlan(
                told.getAggregation(), told.getDevices(), told.getMinimum(), mean.length(), told.getBits());
        this.codec = new MessageCodec(plan);
        this.device = new SecAggDevice(plan, told.getDevice(), new SecureRandom());
        Random random = new Random(seed);
        float[] update = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            update[i] = random.nextFloat() - 0.5f;
        }
        this.vector = mean.encode(update, 1 + random.nextInt(90), OptionalDouble.of(1), random);
    }

    Work work() {
        return work;
    }

    int number() {
        return work.getSecure().getDevice();
    }

    /** What it puts under its masks. */
    int[] vector() {
        return vector;
    }

    /** A masked vector of one value more than the round has. */
    byte[] longerVector() {
        Secure told = work.getSecure();
        SecAggPlan longer = new SecAggPlan(
                told.getAggregation(), told.getDevices(), told.getMinimum(), vector.length + 1, told.getBits());
        return new MessageCodec(longer)
                .encode(new Message.MaskedVector(told.getAggregation(), number(), new int[vector.length + 1]));
    }

    /** The first message. */
    byte[] keys() {
        return codec.encode(device.advertise());
    }

    /** The message that follows an answer. */
    byte[] after(Step step, byte[] answer) {
        ToDevice told = (ToDevice) ((Decoded.Read) codec.decode(answer)).message();
        return switch (step) {
            case KEYS -> sent(device.share((Circle) told));
            case SHARES -> sent(device.mask((DeliveredShares) told, vector));
            case VECTOR, SURVIVORS -> sent(device.unmask((UnmaskRequest) told));
            case UNMASK -> throw new IllegalArgumentException("nothing follows");
        };
    }

    private byte[] sent(Reply<? extends Message> reply) {
        return codec.encode(((Reply.Sent<?>) reply).message());
    }

    byte[] send(Step step, byte[] message) throws IOException, InterruptedException, RefusedByFederationException {
        return client.secure(work.getRound(), step.wire(), message, LONGEST);
    }

    /** Takes all steps, but stops, and says so, before one of them. */
    void run(Step before) throws IOException, InterruptedException, RefusedByFederationException {
        byte[] message = keys();
        for (Step step : new Step[] {Step.KEYS, Step.SHARES, Step.VECTOR, Step.UNMASK}) {
            if (step == before) {
                if (step != Step.UNMASK) {
                    client.report(work.getRound(), "interrupted", "the device was taken away");
                }
                return;
            }
            byte[] answer = send(step, message);
            message = step == Step.UNMASK ? answer : after(step, answer);
        }
    }
}
