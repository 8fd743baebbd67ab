// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.FromDevice;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Prints where the processor time of a secure round with noise goes, for devices like those of {@code rivulet federate demo}: 16,383
 * values, 20 bits, 160 examples of 380 features of which most are zero, two epochs; all devices and the server on one thread, without
 * HTTP. Arguments: rounds, and {@code fresh} for devices that keep no sealing keys.
 */
final class RoundCost {

    private static final int DEVICES = 40;
    private static final int FEWEST = 32;
    private static final SoftmaxRegression NETWORK = new SoftmaxRegression(380, 43);

    private final Examples examples = examples();
    private final Parameters start = Parameters.zeros(NETWORK.layout());
    private final NoisePlan noise = NoisePlan.ofSurvivors(start.size(), 1, 1, DEVICES, FEWEST, 20);
    private final List<SealingKeys> kept = new ArrayList<>();
    private final Map<String, Long> nanos = new TreeMap<>();
    private final boolean fresh;

    private RoundCost(boolean fresh) {
        this.fresh = fresh;
        for (int i = 0; i < DEVICES; i++) {
            kept.add(new SealingKeys(new SecureRandom()));
        }
    }

    public static void main(String[] arguments) {
        RoundCost cost = new RoundCost(arguments.length > 1 && arguments[1].equals("fresh"));
        for (int round = 1; round <= Integer.parseInt(arguments[0]); round++) {
            cost.nanos.clear();
            cost.round("demo/" + round);
            long all = cost.nanos.values().stream().mapToLong(Long::longValue).sum();
            System.out.printf("round %d: %.0f ms of processor%n", round, all / 1e6);
        }
        cost.nanos.forEach((part, spent) -> System.out.printf("  %-12s %6.1f ms%n", part, spent / 1e6));
    }

    private static Examples examples() {
        Random random = new Random(1);
        float[] features = new float[160 * NETWORK.dimensions()];
        int[] labels = new int[160];
        for (int i = 0; i < features.length; i++) {
            boolean trunk = i % NETWORK.dimensions() < 128;
            features[i] = trunk ? random.nextFloat() - 0.5f : random.nextInt(10) == 0 ? 1 : 0;
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(NETWORK.classes());
        }
        return new Examples(NETWORK.dimensions(), NETWORK.classes(), features, labels);
    }

    private void round(String name) {
        SecureRandom random = new SecureRandom();
        int length = new DiscreteNoise(noise, 7).length();
        SecAggPlan plan = new SecAggPlan(name, DEVICES, FEWEST, length, 20);
        MessageCodec codec = new MessageCodec(plan);
        SecAggServer server = new SecAggServer(plan, random);
        List<SecAggDevice> devices = new ArrayList<>();
        List<int[]> vectors = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            int number = i + 1;
            spent("1 evaluate", () -> NETWORK.evaluate(start, examples));
            Parameters model = spent(
                    "2 train",
                    () -> new LocalTraining(2, 10, 0.5f, 0)
                            .train(NETWORK.on(examples), start, new SplittableRandom(number))
                            .model());
            byte[] key = new byte[KeyStream.KEY_BYTES];
            random.nextBytes(key);
            vectors.add(spent(
                    "3 noise",
                    () -> new DiscreteNoise(noise, 7).encode(model.minus(start).values(), new KeyStream(key))));
            SealingKeys keys = fresh ? new SealingKeys(random) : kept.get(i);
            devices.add(spent("4 keys", () -> new SecAggDevice(plan, number, random, null, keys)));
            byte[] sent = codec.encode(devices.get(i).advertise());
            spent("8 server", () -> server.accept((FromDevice) read(codec, sent)));
        }
        step(server, codec, "5 share", (number, told) -> devices.get(number - 1).share((Circle) told));
        step(
                server,
                codec,
                "6 mask",
                (number, told) -> devices.get(number - 1).mask((DeliveredShares) told, vectors.get(number - 1)));
        step(
                server,
                codec,
                "7 unmask",
                (number, told) -> devices.get(number - 1).unmask((UnmaskRequest) told));
        spent("8 server", server::close);
        spent("8 server", () -> new DiscreteNoise(noise, 7).decode(server.sum()));
    }

    private interface Answering {
        Reply<? extends Message> to(int number, Message told);
    }

    private void step(SecAggServer server, MessageCodec codec, String part, Answering answering) {
        spent("8 server", server::close);
        for (int number : server.receivers()) {
            byte[] told = spent("8 server", () -> codec.encode(server.messageFor(number)));
            byte[] sent = spent(part, () -> codec.encode(Aggregation.sent(answering.to(number, read(codec, told)))));
            spent("8 server", () -> server.accept((FromDevice) read(codec, sent)));
        }
    }

    private static Message read(MessageCodec codec, byte[] bytes) {
        return ((MessageCodec.Decoded.Read) codec.decode(bytes)).message();
    }

    private <T> T spent(String part, Supplier<T> work) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        T result = work.get();
        long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        nanos.merge(part, after - before, Long::sum);
        return result;
    }
}
