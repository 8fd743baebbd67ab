// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.federation;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.PartialSum;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.compression.Compressor;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.Scheme;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federated.update.UpdateCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Updates of devices that exist in name only, through what the service does with each beyond HTTP and its journal: SHA-256, decoding,
 * the check, and the weighted sum, on two threads that have half of the devices each.
 *
 * @param devices 2 or more
 * @param values float32 of each update
 */
record SumLoad(int devices, int values) {

    private static final int THREADS = 2;
    /** Different updates, so that they are not in the first caches when their turn comes again. */
    private static final int DIFFERENT = 64;

    private static final double WEIGHT = 10;

    /**
     * Sums once.
     *
     * @return updates a second
     */
    double perSecond() throws InterruptedException {
        Layout layout = Layout.flat("weight", values);
        List<byte[]> updates = updates();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            long began = System.nanoTime();
            List<Future<PartialSum>> parts = new ArrayList<>();
            for (int part = 0; part < THREADS; part++) {
                int from = devices * part / THREADS;
                int to = devices * (part + 1) / THREADS;
                parts.add(threads.submit(() -> sum(layout, updates, from, to)));
            }
            PartialSum whole = new PartialSum(layout);
            for (Future<PartialSum> part : parts) {
                whole.merge(part.get());
            }
            Parameters mean = whole.mean(Parameters.zeros(layout));
            double seconds = (System.nanoTime() - began) / 1e9;
            if (whole.count() != devices || !Double.isFinite(mean.norm())) {
                throw new IllegalStateException("the sum has " + whole.count() + " updates");
            }
            return devices / seconds;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private List<byte[]> updates() {
        SplittableRandom random = new SplittableRandom(1);
        Compressor compressor = new Compressor(random);
        List<byte[]> updates = new ArrayList<>();
        for (int i = 0; i < DIFFERENT; i++) {
            float[] delta = new float[values];
            for (int j = 0; j < values; j++) {
                delta[j] = (float) (0.01 * random.nextGaussian());
            }
            updates.add(UpdateCodec.write(compressor.encode(delta, Scheme.dense(32))));
        }
        return updates;
    }

    private PartialSum sum(Layout layout, List<byte[]> updates, int from, int to) {
        UpdateCheck check = new UpdateCheck(layout, new UpdateCheck.Limits(1e6, 32, 0, 1e6));
        ServerState state = FedAvg.PLAIN.begin(Parameters.zeros(layout));
        PartialSum sum = new PartialSum(layout);
        for (int device = from; device < to; device++) {
            byte[] bytes = updates.get(device % DIFFERENT);
            String sha256 = DeviceKeys.sha256(bytes);
            UpdateCodec.Expected expected = new UpdateCodec.Expected(values, Integer.MAX_VALUE);
            if (sha256.isEmpty()
                    || !(UpdateCodec.read(bytes, expected) instanceof Accepted<Encoded>(Encoded.Dense dense))
                    || !(check.judge(
                                    Update.delta("device-" + device, new Parameters(layout, dense.values()), WEIGHT, 0),
                                    0)
                            instanceof Accepted<Update>(Update update))) {
                throw new IllegalStateException("an update is refused");
            }
            sum.add(List.of(FedAvg.PLAIN.term(state, update)));
        }
        return sum;
    }
}
