// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import dev.rivulet.federated.training.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Linear regression over devices whose examples and solutions differ: {@code F_k(w) = ½ mean (x·w − y)²}. The optimum of the mean of
 * all {@code F_k} is known in closed form, so that one can tell whether an algorithm reaches it.
 */
public final class LeastSquares {

    private final int dimensions;
    private final List<Device> devices = new ArrayList<>();

    private record Device(int dimensions, double[] x, double[] y) implements Objective {

        @Override
        public int count() {
            return y.length;
        }

        @Override
        public double gradient(float[] weights, int[] order, int from, int to, float[] gradient) {
            double[] sums = new double[dimensions];
            double loss = 0;
            for (int i = from; i < to; i++) {
                double error = -y[order[i]];
                int row = order[i] * dimensions;
                for (int j = 0; j < dimensions; j++) {
                    error += x[row + j] * weights[j];
                }
                for (int j = 0; j < dimensions; j++) {
                    sums[j] += error * x[row + j];
                }
                loss += error * error / 2;
            }
            for (int j = 0; j < dimensions; j++) {
                gradient[j] = (float) (sums[j] / (to - from));
            }
            return loss / (to - from);
        }
    }

    /**
     * Makes devices.
     *
     * @param spread how much the devices' solutions and the scales of their examples differ; 0 makes them alike
     */
    public LeastSquares(int devices, int examples, int dimensions, double spread, RandomGenerator random) {
        this.dimensions = dimensions;
        for (int k = 0; k < devices; k++) {
            double[] x = new double[examples * dimensions];
            double[] y = new double[examples];
            double[] solution = new double[dimensions];
            double[] scales = new double[dimensions];
            for (int j = 0; j < dimensions; j++) {
                solution[j] = 1 + spread * random.nextGaussian();
                scales[j] = Math.exp(0.5 * spread * random.nextGaussian());
            }
            for (int i = 0; i < examples; i++) {
                for (int j = 0; j < dimensions; j++) {
                    x[i * dimensions + j] = scales[j] * random.nextGaussian();
                    y[i] += x[i * dimensions + j] * solution[j];
                }
            }
            this.devices.add(new Device(dimensions, x, y));
        }
    }

    /** What each device makes small. */
    public List<Objective> objectives() {
        return List.copyOf(devices);
    }

    /** The solution of {@code Σ_k X_kᵀX_k w = Σ_k X_kᵀy_k}, by Gaussian elimination with pivots. */
    public double[] optimum() {
        double[][] system = new double[dimensions][dimensions + 1];
        for (Device device : devices) {
            for (int i = 0; i < device.count(); i++) {
                addTo(system, device, i);
            }
        }
        for (int column = 0; column < dimensions; column++) {
            eliminate(system, column);
        }
        double[] solution = new double[dimensions];
        for (int row = 0; row < dimensions; row++) {
            solution[row] = system[row][dimensions] / system[row][row];
        }
        return solution;
    }

    private void addTo(double[][] system, Device device, int i) {
        int at = i * dimensions;
        for (int row = 0; row < dimensions; row++) {
            for (int column = 0; column < dimensions; column++) {
                system[row][column] += device.x()[at + row] * device.x()[at + column];
            }
            system[row][dimensions] += device.x()[at + row] * device.y()[i];
        }
    }

    private void eliminate(double[][] system, int column) {
        int pivot = column;
        for (int row = column + 1; row < dimensions; row++) {
            pivot = Math.abs(system[row][column]) > Math.abs(system[pivot][column]) ? row : pivot;
        }
        double[] kept = system[pivot];
        system[pivot] = system[column];
        system[column] = kept;
        for (int row = 0; row < dimensions; row++) {
            double factor = system[row][column] / kept[column];
            for (int j = column; j <= dimensions && row != column; j++) {
                system[row][j] -= factor * kept[j];
            }
        }
    }
}
