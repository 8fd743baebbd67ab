// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.aggregation.Bulyan;
import dev.rivulet.federated.aggregation.CoordinateMedian;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.Krum;
import dev.rivulet.federated.aggregation.MultiKrum;
import dev.rivulet.federated.aggregation.NormBounding;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.aggregation.TrimmedMean;
import dev.rivulet.federated.simulation.FederationSimulation.Setup;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.SoftmaxRegression;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A fifth of the devices is dishonest, all take part in every round, and data are alike: what is left of the accuracy. */
class AttackSimulation {

    private static final long SEED = 5;
    private static final double SHARE = 0.2;
    private static final LocalTraining TRAINING = new LocalTraining(5, 10, 0.05f, 0);

    private static final Map<String, Attack> ATTACKS = new LinkedHashMap<>();
    private static final Map<String, Strategy> DEFENCES = new LinkedHashMap<>();

    static {
        ATTACKS.put("none", new Attack.None());
        ATTACKS.put("sign flip x5", new Attack.SignFlip(5));
        ATTACKS.put("replacement x10", new Attack.Replacement(10));
        ATTACKS.put("label flip", new Attack.LabelFlip());
        ATTACKS.put("sybils x5", new Attack.Sybils(5));
        DEFENCES.put("FedAvg", FedAvg.PLAIN);
        DEFENCES.put("norm bound", new NormBounding(0.5));
        DEFENCES.put("median", new CoordinateMedian());
        DEFENCES.put("trimmed mean", new TrimmedMean(SHARE));
        DEFENCES.put("Krum", new Krum(4));
        DEFENCES.put("Multi-Krum", new MultiKrum(4, 16));
        DEFENCES.put("Bulyan", new Bulyan(4));
    }

    private static double accuracy(List<SimulatedDevice> devices, Strategy strategy, Attack attack, int rounds) {
        Setup setup = Setup.honest(new SoftmaxRegression(60, 10), strategy, TRAINING, 20)
                .attacked(attack, SHARE);
        FederationSimulation simulation = new FederationSimulation(devices, setup, SEED);
        for (int round = 0; round < rounds; round++) {
            simulation.round();
        }
        return simulation.evaluate().accuracy();
    }

    private static List<SimulatedDevice> devices(int mostExamples) {
        return new Synthetic(0, 0, true, 20, mostExamples).devices(new Mt19937(2), new Mt19937(3));
    }

    @Test
    void trimmedMeansAndKrumKeepWhatSignFlipsTakeFromFedAvg() {
        List<SimulatedDevice> devices = devices(80);
        Attack flip = new Attack.SignFlip(5);
        double clean = accuracy(devices, FedAvg.PLAIN, new Attack.None(), 6);
        assertThat(accuracy(devices, FedAvg.PLAIN, flip, 6)).isLessThan(clean - 0.2);
        for (String defence : List.of("median", "trimmed mean", "Multi-Krum", "Bulyan")) {
            Strategy strategy = Objects.requireNonNull(DEFENCES.get(defence));
            assertThat(accuracy(devices, strategy, flip, 6)).as(defence).isGreaterThan(clean - 0.06);
        }
    }

    @Test
    @Tag("long")
    void defencesKeepTheAccuracyThatAttacksTakeFromFedAvg() {
        List<SimulatedDevice> devices = devices(200);
        Map<String, Map<String, Double>> table = new LinkedHashMap<>();
        DEFENCES.forEach((defence, strategy) -> {
            Map<String, Double> row = new LinkedHashMap<>();
            ATTACKS.forEach((name, attack) -> row.put(name, accuracy(devices, strategy, attack, 30)));
            row.forEach((name, accuracy) -> System.out.printf("%s, %s: %.3f%n", defence, name, accuracy));
            table.put(defence, row);
        });
        for (String hard : List.of("sign flip x5", "replacement x10", "sybils x5")) {
            assertThat(lost(table, "FedAvg", hard)).as("FedAvg under %s", hard).isGreaterThan(0.1);
            for (String defence : List.of("norm bound", "median", "trimmed mean", "Multi-Krum", "Bulyan")) {
                assertThat(lost(table, defence, hard))
                        .as("%s under %s", defence, hard)
                        .isLessThan(0.07);
            }
        }
    }

    /** Against the same strategy without an attack. */
    private static double lost(Map<String, Map<String, Double>> table, String defence, String attack) {
        Map<String, Double> row = Objects.requireNonNull(table.get(defence));
        return row.getOrDefault("none", 1.0) - row.getOrDefault(attack, 0.0);
    }
}
