// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.modelpackage.folder.DecoderConfig;

/** Causal grouped-query attention with rotary positions of one block, kept for the way back. */
final class Attention {

    private final int heads;
    private final int size;
    private final int group;
    private final float scale;
    private final float[][] query;
    private final float[][] key;
    private final float[][] value;
    private final float[][][] weights;

    private Attention(DecoderConfig config, float[][] query, float[][] key, float[][] value) {
        this.heads = config.heads();
        this.size = config.headSize();
        this.group = config.heads() / config.keyValueHeads();
        this.scale = (float) config.design().scales().attention();
        this.query = query;
        this.key = key;
        this.value = value;
        this.weights = new float[heads][query.length][];
    }

    /**
     * Computes what each position sees.
     *
     * @param query turned already, [t, heads · size]; key and value [t, shared heads · size]
     * @param output zeros, [t, heads · size]
     */
    static Attention forward(DecoderConfig config, float[][] query, float[][] key, float[][] value, float[][] output) {
        Attention attention = new Attention(config, query, key, value);
        for (int head = 0; head < attention.heads; head++) {
            for (int t = 0; t < query.length; t++) {
                attention.attend(head, t, output[t]);
            }
        }
        return attention;
    }

    private void attend(int head, int t, float[] output) {
        int mine = head * size;
        int shared = head / group * size;
        float[] scores = new float[t + 1];
        float most = Float.NEGATIVE_INFINITY;
        for (int past = 0; past <= t; past++) {
            float sum = 0;
            for (int i = 0; i < size; i++) {
                sum += query[t][mine + i] * key[past][shared + i];
            }
            scores[past] = sum * scale;
            most = Math.max(most, scores[past]);
        }
        double total = 0;
        for (int past = 0; past <= t; past++) {
            scores[past] = (float) Math.exp(scores[past] - most);
            total += scores[past];
        }
        for (int past = 0; past <= t; past++) {
            scores[past] = (float) (scores[past] / total);
            for (int i = 0; i < size; i++) {
                output[mine + i] += scores[past] * value[past][shared + i];
            }
        }
        weights[head][t] = scores;
    }

    /** Adds what queries, keys and values are owed. */
    void backward(float[][] owed, float[][] dQuery, float[][] dKey, float[][] dValue) {
        for (int head = 0; head < heads; head++) {
            for (int t = 0; t < query.length; t++) {
                attendedBack(head, t, owed[t], dQuery[t], dKey, dValue);
            }
        }
    }

    private void attendedBack(int head, int t, float[] owed, float[] dQuery, float[][] dKey, float[][] dValue) {
        int mine = head * size;
        int shared = head / group * size;
        float[] weight = weights[head][t];
        float[] dWeight = new float[t + 1];
        double mean = 0;
        for (int past = 0; past <= t; past++) {
            float sum = 0;
            for (int i = 0; i < size; i++) {
                sum += owed[mine + i] * value[past][shared + i];
                dValue[past][shared + i] += weight[past] * owed[mine + i];
            }
            dWeight[past] = sum;
            mean += (double) sum * weight[past];
        }
        for (int past = 0; past <= t; past++) {
            float dScore = (float) (weight[past] * (dWeight[past] - mean)) * scale;
            for (int i = 0; i < size; i++) {
                dQuery[mine + i] += dScore * key[past][shared + i];
                dKey[past][shared + i] += dScore * query[t][mine + i];
            }
        }
    }
}
