package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.FedProx;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.simulation.FederationSimulation.Setup;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.SoftmaxRegression;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Synthetic(α, β) as FedProx's paper runs it: 30 devices, 10 a round, 20 local epochs, batches of 10, rate 0.01. The figures to meet
 * were measured with an independent program on the same data; accuracy of one round jumps by points, so that the mean of the last ten
 * of 100 rounds is compared, over seeds of the draw of devices.
 */
class LeafSimulation {

    private static final long SEED = 1;
    private static final LocalTraining USUAL = new LocalTraining(20, 10, 0.01f, 0);

    private static List<SimulatedDevice> data(double alphaBeta, boolean identical, int mostExamples) {
        return new Synthetic(alphaBeta, alphaBeta, identical, 30, mostExamples).devices(new Mt19937(0), new Mt19937(1));
    }

    private static List<Evaluation> curve(
            List<SimulatedDevice> devices, Strategy strategy, double stragglers, int rounds, long seed) {
        Setup setup =
                Setup.honest(new SoftmaxRegression(60, 10), strategy, USUAL, 10).straggling(stragglers);
        return new FederationSimulation(devices, setup, seed).rounds(rounds);
    }

    private static double lastTen(List<Evaluation> curve) {
        return curve.subList(curve.size() - 10, curve.size()).stream()
                .mapToDouble(Evaluation::accuracy)
                .average()
                .orElseThrow();
    }

    @Test
    void unevenDataAndStragglersHurtFedAvgMoreThanFedProx() {
        List<SimulatedDevice> apart = data(0.5, false, 120);
        double average = lastTen(curve(apart, FedAvg.PLAIN, 0.9, 12, SEED));
        double proximal = lastTen(curve(apart, new FedProx(1), 0.9, 12, SEED));
        double alike = lastTen(curve(data(0, true, 120), FedAvg.PLAIN, 0, 12, SEED));
        System.out.printf("seed %d: FedAvg %.3f, FedProx %.3f, alike %.3f%n", SEED, average, proximal, alike);
        assertThat(proximal).isGreaterThan(average + 0.02);
        assertThat(alike).isGreaterThan(average + 0.1);
    }

    @Test
    void theSameSeedGivesTheSameCurve() {
        List<SimulatedDevice> devices = data(0.5, false, 60);
        assertThat(curve(devices, FedAvg.PLAIN, 0.5, 3, 9)).isEqualTo(curve(devices, FedAvg.PLAIN, 0.5, 3, 9));
        assertThat(curve(devices, FedAvg.PLAIN, 0.5, 3, 9)).isNotEqualTo(curve(devices, FedAvg.PLAIN, 0.5, 3, 8));
    }

    @Test
    @Tag("long")
    void accuraciesAreWithinTwoPointsOfTheIndependentProgram() {
        assertThat(mean(data(0, true, 3000), FedAvg.PLAIN, 0))
                .as("alike, FedAvg")
                .isCloseTo(0.897, within(0.02));
        assertThat(mean(data(0, false, 3000), FedAvg.PLAIN, 0))
                .as("(0,0), FedAvg")
                .isCloseTo(0.767, within(0.02));
        List<SimulatedDevice> apart = data(0.5, false, 3000);
        assertThat(mean(apart, FedAvg.PLAIN, 0)).as("(.5,.5), FedAvg").isCloseTo(0.623, within(0.02));
        double most = mean(apart, new FedProx(1), 0.9);
        assertThat(most).as("(.5,.5), FedProx, 90 %% stragglers").isCloseTo(0.729, within(0.02));
        assertThat(mean(apart, new FedProx(1), 0.5)).as("50 %% stragglers").isCloseTo(0.729, within(0.03));
        assertThat(mean(apart, FedAvg.PLAIN, 0.5)).as("50 %% dropped").isLessThan(most);
        assertThat(mean(apart, FedAvg.PLAIN, 0.9)).as("90 %% dropped").isLessThan(most - 0.05);
    }

    private static double mean(List<SimulatedDevice> devices, Strategy strategy, double stragglers) {
        double sum = 0;
        for (long seed = 1; seed <= 3; seed++) {
            List<Evaluation> curve = curve(devices, strategy, stragglers, 100, seed);
            StringBuilder points = new StringBuilder();
            for (int round = 9; round < 100; round += 10) {
                points.append("%.3f ".formatted(curve.get(round).accuracy()));
            }
            System.out.printf(
                    "%s, stragglers %.1f, seed %d: %slast ten %.3f%n",
                    strategy, stragglers, seed, points, lastTen(curve));
            sum += lastTen(curve) / 3;
        }
        System.out.printf("%s, stragglers %.1f: mean of the last ten %.3f%n", strategy, stragglers, sum);
        return sum;
    }
}
