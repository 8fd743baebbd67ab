// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

/**
 * One layer {@code y = xW + b}, its numbers in a flat array: W row by row, {@code inputs × outputs}, then b. Rows of inputs that are
 * zero are passed over: of hashed words most are.
 *
 * @param at index of the first number of W
 */
record Dense(int at, int inputs, int outputs) {

    int end() {
        return at + (inputs + 1) * outputs;
    }

    private int bias() {
        return at + inputs * outputs;
    }

    void forward(float[] weights, float[] x, int from, float[] y) {
        System.arraycopy(weights, bias(), y, 0, outputs);
        for (int i = 0; i < inputs; i++) {
            float value = x[from + i];
            if (value != 0) {
                int row = at + i * outputs;
                for (int o = 0; o < outputs; o++) {
                    y[o] += value * weights[row + o];
                }
            }
        }
    }

    /** Adds to the gradient of the weights. */
    void backward(float[] gradient, float[] x, int from, float[] dy) {
        for (int i = 0; i < inputs; i++) {
            float value = x[from + i];
            if (value != 0) {
                int row = at + i * outputs;
                for (int o = 0; o < outputs; o++) {
                    gradient[row + o] += value * dy[o];
                }
            }
        }
        int bias = bias();
        for (int o = 0; o < outputs; o++) {
            gradient[bias + o] += dy[o];
        }
    }

    /** The gradient of the inputs. */
    void inputs(float[] weights, float[] dy, float[] dx) {
        for (int i = 0; i < inputs; i++) {
            int row = at + i * outputs;
            float sum = 0;
            for (int o = 0; o < outputs; o++) {
                sum += dy[o] * weights[row + o];
            }
            dx[i] = sum;
        }
    }
}
