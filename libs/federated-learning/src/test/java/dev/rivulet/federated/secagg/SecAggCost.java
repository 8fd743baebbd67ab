// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.MaskedVector;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Prints what an aggregation costs: CPU time of one device (the mean of all) and of the server, and bytes of one device, for
 * vectors of 100,000 values of 32 bits. Arguments: devices, per cent that drop out before they send a vector, {@code complete} or
 * {@code graph}; as often as wanted.
 */
final class SecAggCost {

    private static final int LENGTH = 100_000;

    private final SecAggPlan plan;
    private final SecAggServer server;
    private final MessageCodec codec;
    private final List<SecAggDevice> devices = new ArrayList<>();
    private final long[] deviceNanos = new long[4];
    private long serverNanos;
    private long sent;

    private SecAggCost(int count, Function<Set<Integer>, MaskGraph> graphs) {
        plan = new SecAggPlan("cost", count, count / 2, LENGTH, 32);
        server = new SecAggServer(plan, graphs);
        codec = new MessageCodec(plan);
    }

    public static void main(String[] arguments) {
        System.out.println(
                "devices dropped graph | device ms: advertise share mask unmask | server ms | device KB sent");
        for (int i = 0; i + 2 < arguments.length; i += 3) {
            int count = Integer.parseInt(arguments[i]);
            int dropped = Integer.parseInt(arguments[i + 1]) * count / 100;
            SplittableRandom random = new SplittableRandom(count);
            boolean graph = arguments[i + 2].equals("graph");
            new SecAggCost(count, each -> graph ? MaskGraph.over(each, random) : MaskGraph.complete(each))
                    .run(dropped, arguments[i + 2]);
        }
    }

    private void run(int dropped, String graph) {
        int count = plan.devices();
        for (int number = 1; number <= count; number++) {
            int each = number;
            SecAggDevice device = device(0, () -> new SecAggDevice(plan, each, new SeededSecureRandom(each)));
            devices.add(device);
            send(device(0, device::advertise));
        }
        server(server::close);
        for (int number : server.receivers()) {
            Circle circle = (Circle) server.messageFor(number);
            send(device(1, () -> Aggregation.sent(of(number).share(circle))));
        }
        server(server::close);
        int[] vector = new int[LENGTH];
        Arrays.fill(vector, 7);
        for (int number : server.receivers()) {
            if (number > dropped) {
                DeliveredShares shares = (DeliveredShares) server.messageFor(number);
                send(device(2, () -> Aggregation.sent(of(number).mask(shares, vector))));
            }
        }
        server(server::close);
        for (int number : server.receivers()) {
            UnmaskRequest request = (UnmaskRequest) server.messageFor(number);
            send(device(3, () -> Aggregation.sent(of(number).unmask(request))));
        }
        server(server::close);
        if (server.phase() != Phase.DONE || server.sum()[LENGTH - 1] != 7 * (count - dropped)) {
            throw new IllegalStateException("The sum is wrong: " + server.phase() + " " + server.reason());
        }
        print(dropped, graph);
    }

    private void print(int dropped, String graph) {
        int count = plan.devices();
        int left = count - dropped;
        System.out.printf(
                "%d %d%% %s | %.2f %.0f %.0f %.2f | %.0f | %.0f%n",
                count,
                100 * dropped / count,
                graph,
                deviceNanos[0] / 1e6 / count,
                deviceNanos[1] / 1e6 / count,
                deviceNanos[2] / 1e6 / left,
                deviceNanos[3] / 1e6 / left,
                serverNanos / 1e6,
                sent / 1024.0 / count);
    }

    private SecAggDevice of(int number) {
        return devices.get(number - 1);
    }

    private <T> T device(int step, Supplier<T> work) {
        long start = cpu();
        T result = work.get();
        deviceNanos[step] += cpu() - start;
        return result;
    }

    private <T> T server(Supplier<T> work) {
        long start = cpu();
        T result = work.get();
        serverNanos += cpu() - start;
        return result;
    }

    private void send(Message.FromDevice message) {
        sent += message instanceof MaskedVector ? 4L * LENGTH + 9 : codec.encode(message).length;
        server(() -> server.accept(message));
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
