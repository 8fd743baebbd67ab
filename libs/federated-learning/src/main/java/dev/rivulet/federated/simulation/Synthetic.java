// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import dev.rivulet.federated.training.Examples;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Synthetic(α, β) of LEAF (Caldas et al., arXiv 1812.01097) and FedProx (Li et al., arXiv 1812.06127, section 5.1): each device has a
 * softmax regression of its own that labels its examples. {@code u_k ~ N(0, α)}, {@code W_k, b_k ~ N(u_k, 1)}; {@code B_k ~ N(0, β)},
 * {@code v_k ~ N(B_k, 1)}, {@code x ~ N(v_k, diag(j^−1.2))}, {@code y = argmax(xW_k + b_k)}; the second arguments of α and β are
 * standard deviations. Sizes are {@code ⌊lognormal(4, 2)⌋ + 50}. Numbers are drawn in the order of the reference program: with
 * {@link Mt19937} of seed 0 they are its numbers.
 *
 * @param alpha how much the devices' models differ, 0 or more
 * @param beta how much their examples differ, 0 or more
 * @param identical one model and centred examples for all; α and β then do not count
 * @param devices 1 or more; 30 in the paper
 * @param mostExamples of one device; larger ones are cut to it
 */
public record Synthetic(double alpha, double beta, boolean identical, int devices, int mostExamples) {

    /** Dimensions of an example. */
    public static final int DIMENSIONS = 60;

    /** Classes of labels. */
    public static final int CLASSES = 10;

    /** The paper's number of devices. */
    public static final int USUAL_DEVICES = 30;

    private record Model(double[] weights, double[] biases) {}

    public Synthetic {
        if (!(alpha >= 0) || !(beta >= 0) || devices < 1 || mostExamples < 1) {
            throw new IllegalArgumentException("alpha and beta are 0 or more, devices and examples 1 or more");
        }
    }

    /** One data set per device. */
    public List<Examples> generate(RandomGenerator random) {
        int[] sizes = sizes(random);
        double[] modelMeans = gaussians(devices, 0, alpha, random);
        double[] exampleMeans = gaussians(devices, 0, beta, random);
        double[][] centres = new double[devices][DIMENSIONS];
        for (int k = 0; k < devices && !identical; k++) {
            centres[k] = gaussians(DIMENSIONS, exampleMeans[k], 1, random);
        }
        Model common = identical ? model(0, random) : null;
        List<Examples> all = new ArrayList<>();
        for (int k = 0; k < devices; k++) {
            Model own = model(modelMeans[k], random);
            all.add(examples(sizes[k], centres[k], common != null ? common : own, random));
        }
        return all;
    }

    private int[] sizes(RandomGenerator random) {
        int[] sizes = new int[devices];
        for (int k = 0; k < devices; k++) {
            sizes[k] = size(random);
        }
        return sizes;
    }

    private int size(RandomGenerator random) {
        return (int) Math.min(mostExamples, Math.floor(Math.exp(4 + 2 * random.nextGaussian())) + 50);
    }

    /**
     * One device without the others: the same distributions, drawn from random numbers of its own and therefore not in the order of the
     * reference program.
     *
     * @param number 0 to before {@link #devices()}
     */
    public SimulatedDevice device(int number, long seed) {
        RandomGenerator own = Seeds.random(seed, number);
        int count = size(own);
        double modelMean = alpha * own.nextGaussian();
        double exampleMean = beta * own.nextGaussian();
        double[] centre = identical ? new double[DIMENSIONS] : gaussians(DIMENSIONS, exampleMean, 1, own);
        Model model = identical ? model(0, Seeds.random(seed)) : model(modelMean, own);
        return SimulatedDevice.split("device-" + number, examples(count, centre, model, own), 0.9, own);
    }

    private static Model model(double mean, RandomGenerator random) {
        double[] weights = gaussians(DIMENSIONS * CLASSES, mean, 1, random);
        return new Model(weights, gaussians(CLASSES, mean, 1, random));
    }

    private static double[] gaussians(int count, double mean, double deviation, RandomGenerator random) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = mean + deviation * random.nextGaussian();
        }
        return values;
    }

    private static Examples examples(int count, double[] centre, Model model, RandomGenerator random) {
        float[] features = new float[count * DIMENSIONS];
        int[] labels = new int[count];
        double[] deviations = new double[DIMENSIONS];
        for (int j = 0; j < DIMENSIONS; j++) {
            deviations[j] = Math.pow(j + 1.0, -0.6);
        }
        double[] x = new double[DIMENSIONS];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < DIMENSIONS; j++) {
                x[j] = centre[j] + deviations[j] * random.nextGaussian();
                features[i * DIMENSIONS + j] = (float) x[j];
            }
            labels[i] = label(x, model);
        }
        return new Examples(DIMENSIONS, CLASSES, features, labels);
    }

    private static int label(double[] x, Model model) {
        double[] scores = model.biases().clone();
        for (int j = 0; j < DIMENSIONS; j++) {
            for (int c = 0; c < CLASSES; c++) {
                scores[c] += x[j] * model.weights()[j * CLASSES + c];
            }
        }
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }

    /** Devices with nine in ten of their examples to learn from. */
    public List<SimulatedDevice> devices(RandomGenerator data, RandomGenerator split) {
        List<SimulatedDevice> made = new ArrayList<>();
        for (Examples examples : generate(data)) {
            made.add(SimulatedDevice.split("device-" + made.size(), examples, 0.9, split));
        }
        return made;
    }
}
