// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.MaskedMean;
import dev.rivulet.federated.secagg.Message;
import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.MessageCodec;
import dev.rivulet.federated.secagg.MessageCodec.Decoded;
import dev.rivulet.federated.secagg.Reply;
import dev.rivulet.federated.secagg.SecAggDevice;
import dev.rivulet.federated.secagg.SecAggPlan;
import dev.rivulet.federation.rounds.RoundPolicy;
import dev.rivulet.federation.rounds.SecurePolicy;
import dev.rivulet.federation.rounds.SecureTerms;
import dev.rivulet.federation.rounds.SecureTerms.Form;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Ten devices and the steps of one round, without a wire: sums of seven at least, three seconds a step, the cut-off after five. */
final class Party {

    static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    static final int DEVICES = 10;
    static final int BITS = 24;

    private final SecureTerms terms;
    private final MessageCodec codec;
    private final SecureSteps steps;
    private final List<SecAggDevice> devices = new ArrayList<>();
    private final List<int[]> vectors = new ArrayList<>();
    private final Map<Integer, byte[]> next = new HashMap<>();

    Party(int goal, int dimensions) {
        this(goal, dimensions, new Form.Weighted(MaskedMean.finest(dimensions, 1, DEVICES, BITS, 1), false));
    }

    /** Whose devices add noise. */
    static Party noised(int dimensions) {
        return new Party(
                DEVICES, dimensions, new Form.Noised(NoisePlan.ofSurvivors(dimensions, 1, 1, DEVICES, 7, BITS), 3));
    }

    private Party(int goal, int dimensions, Form form) {
        SecAggPlan plan = new SecAggPlan("party", DEVICES, 7, form.length(), BITS);
        RoundPolicy policy = new RoundPolicy(goal, 7, 2, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(20));
        List<String> names =
                IntStream.rangeClosed(1, DEVICES).mapToObj(Party::name).toList();
        terms = new SecureTerms(plan, form, names, policy, new SecurePolicy(7, Duration.ofSeconds(3)));
        codec = new MessageCodec(plan);
        steps = new SecureSteps(terms, START, new SplittableRandom(1));
        for (int number = 1; number <= DEVICES; number++) {
            devices.add(new SecAggDevice(plan, number, new SecureRandom()));
            float[] update = new float[dimensions];
            Random random = new Random(number);
            for (int i = 0; i < dimensions; i++) {
                update[i] = 2 * random.nextFloat() - 1;
            }
            vectors.add(
                    switch (form) {
                        case Form.Weighted weighted ->
                            weighted.mean().encode(update, 1, OptionalDouble.empty(), random);
                        case Form.Noised(NoisePlan noise, long seed) ->
                            new DiscreteNoise(noise, seed).encode(update, random);
                    });
            next.put(number, codec.encode(devices.getLast().advertise()));
        }
    }

    static String name(int number) {
        return "device-%02d".formatted(number);
    }

    SecureSteps steps() {
        return steps;
    }

    int[] vector(int number) {
        return vectors.get(number - 1);
    }

    /** The bytes that a device sends next. */
    byte[] next(int number) {
        return next.getOrDefault(number, new byte[0]);
    }

    /** Has devices send what comes next, all at one time, and counts those that were taken. */
    void send(Step step, Collection<Integer> numbers) {
        for (int number : numbers) {
            Verdict verdict = steps.judge(number, step, next(number));
            if (!(verdict instanceof Verdict.Fit fit) || steps.take(step, fit).isPresent()) {
                throw new IllegalStateException("device " + number + " at " + step + ": " + verdict);
            }
        }
    }

    /** Tells devices the answer to a step that has closed. */
    void tell(Step step, Collection<Integer> numbers) {
        for (int number : numbers) {
            byte[] answer = steps.answer(number, step).orElseThrow();
            if (step != Step.UNMASK) {
                Message told = ((Decoded.Read) codec.decode(answer)).message();
                next.put(number, codec.encode(after(number, told)));
            }
        }
    }

    private Message after(int number, Message told) {
        SecAggDevice device = devices.get(number - 1);
        Reply<? extends Message> reply = switch (told) {
            case Circle circle -> device.share(circle);
            case DeliveredShares shares -> device.mask(shares, vector(number));
            case UnmaskRequest request -> device.unmask(request);
            default -> throw new IllegalStateException("unexpected " + told);
        };
        return ((Reply.Sent<?>) reply).message();
    }

    /** The message of bytes, as the steps read it. */
    Message read(byte[] bytes) {
        return ((Decoded.Read) codec.decode(bytes)).message();
    }

    int[] sum(Collection<Integer> numbers) {
        int[] sum = new int[terms.plan().length()];
        for (int number : numbers) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] = sum[i] + vector(number)[i] & (1 << BITS) - 1;
            }
        }
        return sum;
    }

    static List<Integer> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    static Instant at(double seconds) {
        return START.plusMillis(Math.round(seconds * 1000));
    }
}
