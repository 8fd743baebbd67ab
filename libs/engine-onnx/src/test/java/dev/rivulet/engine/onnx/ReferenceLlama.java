// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

/** The forward pass of the Llama paper in plain double arithmetic, without a cache: what an engine is held to. */
final class ReferenceLlama {

    private final TinyLlama model;

    ReferenceLlama(TinyLlama model) {
        this.model = model;
    }

    /** Logits after the last token. */
    double[] logits(int[] tokens) {
        double[][] rows = new double[tokens.length][];
        for (int position = 0; position < tokens.length; position++) {
            rows[position] = row("model.embed_tokens.weight", tokens[position], model.hidden());
        }
        for (int layer = 0; layer < model.layers(); layer++) {
            String block = "model.layers." + layer + ".";
            double[][] attended = attention(block + "self_attn.", normed(rows, block + "input_layernorm.weight"));
            add(rows, attended, block + "self_attn.o_proj.weight");
            double[][] gated = gated(block + "mlp.", normed(rows, block + "post_attention_layernorm.weight"));
            add(rows, gated, block + "mlp.down_proj.weight");
        }
        double[] last = normed(rows, "model.norm.weight")[tokens.length - 1];
        return linear(model.tied() ? "model.embed_tokens.weight" : "lm_head.weight", last);
    }

    /** Greedy continuation of a prompt. */
    int[] greedy(int[] prompt, int count) {
        int[] tokens = prompt;
        for (int i = 0; i < count; i++) {
            double[] logits = logits(tokens);
            int best = 0;
            for (int token = 1; token < logits.length; token++) {
                best = logits[token] > logits[best] ? token : best;
            }
            tokens = java.util.Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = best;
        }
        return java.util.Arrays.copyOfRange(tokens, prompt.length, tokens.length);
    }

    private double[][] attention(String prefix, double[][] rows) {
        int length = rows.length;
        double[][] queries = new double[length][];
        double[][] keys = new double[length][];
        double[][] values = new double[length][];
        for (int position = 0; position < length; position++) {
            queries[position] = rotated(linear(prefix + "q_proj.weight", rows[position]), position);
            keys[position] = rotated(linear(prefix + "k_proj.weight", rows[position]), position);
            values[position] = linear(prefix + "v_proj.weight", rows[position]);
        }
        double[][] out = new double[length][model.heads() * model.headSize()];
        for (int head = 0; head < model.heads(); head++) {
            int shared = head / (model.heads() / model.keyValueHeads());
            for (int position = 0; position < length; position++) {
                attend(out[position], head, shared, position, queries[position], keys, values);
            }
        }
        return out;
    }

    private void attend(
            double[] out, int head, int shared, int position, double[] query, double[][] keys, double[][] values) {
        int size = model.headSize();
        double[] scores = new double[position + 1];
        double most = Double.NEGATIVE_INFINITY;
        for (int past = 0; past <= position; past++) {
            for (int i = 0; i < size; i++) {
                scores[past] += query[head * size + i] * keys[past][shared * size + i];
            }
            scores[past] /= Math.sqrt(size);
            most = Math.max(most, scores[past]);
        }
        double total = 0;
        for (int past = 0; past <= position; past++) {
            scores[past] = Math.exp(scores[past] - most);
            total += scores[past];
        }
        for (int past = 0; past <= position; past++) {
            for (int i = 0; i < size; i++) {
                out[head * size + i] += scores[past] / total * values[past][shared * size + i];
            }
        }
    }

    private double[] rotated(double[] vector, int position) {
        int size = model.headSize();
        int half = size / 2;
        double[] out = new double[vector.length];
        for (int start = 0; start < vector.length; start += size) {
            for (int i = 0; i < half; i++) {
                double angle = position * Math.pow(TinyLlama.THETA, -2.0 * i / size);
                double a = vector[start + i];
                double b = vector[start + half + i];
                out[start + i] = a * Math.cos(angle) - b * Math.sin(angle);
                out[start + half + i] = b * Math.cos(angle) + a * Math.sin(angle);
            }
        }
        return out;
    }

    private double[][] gated(String prefix, double[][] rows) {
        double[][] out = new double[rows.length][];
        for (int position = 0; position < rows.length; position++) {
            double[] gate = linear(prefix + "gate_proj.weight", rows[position]);
            double[] up = linear(prefix + "up_proj.weight", rows[position]);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            out[position] = gate;
        }
        return out;
    }

    private void add(double[][] rows, double[][] inputs, String matrix) {
        for (int position = 0; position < rows.length; position++) {
            double[] change = linear(matrix, inputs[position]);
            for (int i = 0; i < change.length; i++) {
                rows[position][i] += change[i];
            }
        }
    }

    private double[][] normed(double[][] rows, String name) {
        float[] scale = model.weight(name);
        double[][] out = new double[rows.length][model.hidden()];
        for (int position = 0; position < rows.length; position++) {
            double squares = 0;
            for (double value : rows[position]) {
                squares += value * value;
            }
            double root = Math.sqrt(squares / model.hidden() + TinyLlama.EPSILON);
            for (int i = 0; i < model.hidden(); i++) {
                out[position][i] = rows[position][i] / root * scale[i];
            }
        }
        return out;
    }

    private double[] linear(String name, double[] input) {
        float[] matrix = model.weight(name);
        double[] out = new double[matrix.length / input.length];
        for (int row = 0; row < out.length; row++) {
            for (int i = 0; i < input.length; i++) {
                out[row] += matrix[row * input.length + i] * input[i];
            }
        }
        return out;
    }

    private double[] row(String name, int index, int width) {
        float[] matrix = model.weight(name);
        double[] out = new double[width];
        for (int i = 0; i < width; i++) {
            out[i] = matrix[index * width + i];
        }
        return out;
    }
}
