// SPDX-License-Identifier: Apache-2.0
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Synthetic(α, β) as FedProx's paper runs it: 30 devices, 10 a round, 20 local epochs, batches of 10, rate 0.01. Accuracy of one
 * round jumps by points, so that the mean of the last ten of 100 rounds is compared.
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
        List<SimulatedDevice> apart = data(0.5, false, 100);
        double average = lastTen(curve(apart, FedAvg.PLAIN, 0.9, 10, SEED));
        double proximal = lastTen(curve(apart, new FedProx(1), 0.9, 10, SEED));
        double alike = lastTen(curve(data(0, true, 100), FedAvg.PLAIN, 0, 10, SEED));
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

    /**
     * Held against two runs of an independent program (NumPy) on the same data: one run's last round, and the mean of the last ten
     * rounds over three seeds or more. Tests and devices are drawn by other generators, so that curves agree on average alone.
     */
    @Test
    @Tag("long")
    void accuraciesAreWithinTwoPointsOfTheIndependentProgram() {
        assertCurves(new Synthetic(0, 0, true, 30, 3000), FedAvg.PLAIN, 0, 0.897, 0.911);
        assertCurves(new Synthetic(0, 0, false, 30, 3000), FedAvg.PLAIN, 0, 0.767, 0.750);
        Synthetic apart = new Synthetic(0.5, 0.5, false, 30, 3000);
        assertCurves(apart, FedAvg.PLAIN, 0, 0.623, 0.628);
        assertCurves(apart, new FedProx(1), 0.9, 0.729, 0.723);
        assertCurves(apart, new FedProx(1), 0.5, 0.729, 0.718);
        double dropping = mean(curves(apart, FedAvg.PLAIN, 0.9));
        assertThat(dropping).as("FedAvg drops 90 %%").isLessThan(0.723 - 0.05);
    }

    private static void assertCurves(
            Synthetic synthetic, Strategy strategy, double stragglers, double oneRun, double meanOfRuns) {
        List<List<Evaluation>> curves = curves(synthetic, strategy, stragglers);
        assertThat(mean(curves)).as("%s, stragglers %.1f", strategy, stragglers).isCloseTo(meanOfRuns, within(0.02));
        List<Double> lastTen = curves.stream()
                .flatMap(curve -> curve.subList(90, 100).stream())
                .map(Evaluation::accuracy)
                .toList();
        assertThat(oneRun)
                .as("one run of %s, stragglers %.1f", strategy, stragglers)
                .isBetween(Collections.min(lastTen) - 0.02, Collections.max(lastTen) + 0.02);
    }

    private static double mean(List<List<Evaluation>> curves) {
        return curves.stream().mapToDouble(LeafSimulation::lastTen).average().orElseThrow();
    }

    private static List<List<Evaluation>> curves(Synthetic synthetic, Strategy strategy, double stragglers) {
        List<List<Evaluation>> curves = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            List<SimulatedDevice> devices = synthetic.devices(new Mt19937(0), new Mt19937(seed));
            List<Evaluation> curve = curve(devices, strategy, stragglers, 100, seed);
            StringBuilder points = new StringBuilder();
            for (int round = 9; round < 100; round += 10) {
                points.append("%.3f ".formatted(curve.get(round).accuracy()));
            }
            System.out.printf(
                    "%s, stragglers %.1f, seed %d: %slast ten %.3f%n",
                    strategy, stragglers, seed, points, lastTen(curve));
            curves.add(curve);
        }
        return curves;
    }
}
