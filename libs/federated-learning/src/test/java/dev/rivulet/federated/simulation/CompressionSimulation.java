// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.compression.Compressor;
import dev.rivulet.federated.compression.CountSketch;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.ErrorFeedback;
import dev.rivulet.federated.compression.FetchSgd;
import dev.rivulet.federated.compression.Scheme;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Mlp;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What compression costs in accuracy: all devices take part in every round, and what they send goes over the wire's form. */
class CompressionSimulation {

    private static final long SEED = 23;

    private record Run(Network network, List<SimulatedDevice> devices, LocalTraining training, int rounds) {}

    /** What came of a run. */
    private record Result(double accuracy, int mostBytes) {}

    private static List<SimulatedDevice> devices(int count, int mostExamples) {
        return new Synthetic(0, 0, true, count, mostExamples).devices(new Mt19937(6), new Mt19937(7));
    }

    private static Parameters learnt(Run run, int device, Parameters model, SplittableRandom random) {
        return run.training()
                .train(run.network().on(run.devices().get(device).train()), model, random)
                .model()
                .minus(model);
    }

    private static Encoded overTheWire(Encoded sent, int[] mostBytes) {
        byte[] bytes = UpdateCodec.write(sent);
        CountSketch.Shape shape = sent instanceof Encoded.Sketched sketched ? sketched.shape() : null;
        mostBytes[0] = Math.max(mostBytes[0], bytes.length);
        if (UpdateCodec.read(bytes, new UpdateCodec.Expected(sent.size(), 1 << 20, shape))
                instanceof Accepted<Encoded>(Encoded read)) {
            return read;
        }
        throw new AssertionError("what was written is not read");
    }

    private static float[] values(Encoded encoded) {
        return switch (encoded) {
            case Encoded.Dense dense -> dense.values();
            case Encoded.Sparse sparse -> sparse.values();
            case Encoded.Sketched sketched -> throw new AssertionError("a sketch of " + sketched.size());
        };
    }

    private static Result averaged(Run run, Scheme scheme) {
        SplittableRandom random = new SplittableRandom(SEED);
        ServerState state = FedAvg.PLAIN.begin(run.network().begin(random));
        Compressor compressor = new Compressor(random);
        List<ErrorFeedback> feedbacks = run.devices().stream()
                .map(device -> new ErrorFeedback(run.network().layout().size(), compressor))
                .toList();
        int[] mostBytes = {0};
        for (int round = 0; round < run.rounds(); round++) {
            List<Update> updates = new ArrayList<>();
            for (int k = 0; k < run.devices().size(); k++) {
                float[] delta = learnt(run, k, state.model(), random).values();
                Encoded sent = overTheWire(feedbacks.get(k).encode(delta, scheme), mostBytes);
                updates.add(Update.delta("d" + k, new Parameters(run.network().layout(), values(sent)), 1, round));
            }
            state = FedAvg.PLAIN.aggregate(state, updates);
        }
        return new Result(accuracy(run, state.model()), mostBytes[0]);
    }

    private static Result sketched(Run run, Scheme scheme, CountSketch.Shape shape, int top) {
        SplittableRandom random = new SplittableRandom(SEED);
        Parameters model = run.network().begin(random);
        Compressor compressor = new Compressor(random);
        FetchSgd server = FetchSgd.begin(new FetchSgd.Settings(model.size(), top, 0, 1), shape);
        int[] mostBytes = {0};
        for (int round = 0; round < run.rounds(); round++) {
            CountSketch mean = new CountSketch(shape);
            for (int k = 0; k < run.devices().size(); k++) {
                float[] delta = learnt(run, k, model, random).values();
                Encoded sent = overTheWire(compressor.encode(delta, scheme), mostBytes);
                mean = mean.combined(
                        1,
                        ((Encoded.Sketched) sent).sketch(),
                        1f / run.devices().size());
            }
            FetchSgd.Step step = server.step(mean);
            model = model.plus(new Parameters(model.layout(), step.change().values()), 1);
            server = step.next();
        }
        return new Result(accuracy(run, model), mostBytes[0]);
    }

    private static double accuracy(Run run, Parameters model) {
        return Evaluation.over(run.devices().stream()
                        .map(device -> run.network().evaluate(model, device.test()))
                        .toList())
                .accuracy();
    }

    @Test
    void aTenthOfTheBytesCostsLittleAccuracy() {
        Run run = new Run(new SoftmaxRegression(60, 10), devices(8, 150), new LocalTraining(3, 10, 0.1f, 0), 10);
        Result whole = averaged(run, Scheme.dense(32));
        Result top = averaged(run, Scheme.top(100, 8));
        System.out.printf("seed %d: whole %s, top 100 of 610 %s%n", SEED, whole, top);
        assertThat(top.mostBytes() * 10).isLessThan(whole.mostBytes());
        assertThat(top.accuracy()).isGreaterThan(whole.accuracy() - 0.05);
    }

    /** Prints the table of the documentation: a model of 99,410 values, at most 50 KB an update. */
    @Test
    @Tag("long")
    void aHundredThousandValuesInFiftyKilobytesLoseAtMostThreePoints() {
        Run run = new Run(new Mlp(60, 1400, 10), devices(10, 300), new LocalTraining(2, 10, 0.05f, 0), 25);
        Result whole = averaged(run, Scheme.dense(32));
        System.out.printf("float32: %s%n", whole);
        Scheme four = new Scheme(new Scheme.Places.All(), 4, 1024);
        System.out.printf("8 bits: %s%n", averaged(run, Scheme.dense(8)));
        for (Scheme scheme : List.of(four, Scheme.top(24_000, 8), Scheme.top(5_000, 8), Scheme.top(1_000, 8))) {
            Result small = averaged(run, scheme);
            System.out.printf("%s: %s%n", scheme, small);
            assertThat(small.mostBytes()).isLessThanOrEqualTo(51_200);
            assertThat(small.accuracy()).as("%s", scheme).isGreaterThan(whole.accuracy() - 0.03);
        }
    }

    @Test
    @Tag("long")
    void aSketchOfFiftyKilobytesLearnsSlower() {
        Run run = new Run(new Mlp(60, 1400, 10), devices(10, 300), new LocalTraining(2, 10, 0.05f, 0), 25);
        CountSketch.Shape shape = new CountSketch.Shape(5, 9_600, 1);
        for (int top : new int[] {300, 1_000}) {
            Result sketched = sketched(run, Scheme.sketch(shape, 8), shape, top);
            System.out.printf("sketch 5 x 9600, 8 bits, top %d: %s%n", top, sketched);
            assertThat(sketched.mostBytes()).isLessThanOrEqualTo(51_200);
            assertThat(sketched.accuracy()).isGreaterThan(0.75);
        }
    }
}
