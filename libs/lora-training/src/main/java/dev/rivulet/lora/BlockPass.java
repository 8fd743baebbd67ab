// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.modelpackage.folder.DecoderConfig;

/** One block on the way forward, kept for the way back. */
final class BlockPass {

    private final DecoderConfig config;
    private final Turns turns;
    private final Normed before;
    private final LinearPass query;
    private final LinearPass key;
    private final LinearPass value;
    private final Attention attention;
    private final LinearPass attended;
    private final Normed between;
    private final LinearPass gate;
    private final LinearPass up;
    private final LinearPass down;
    private final float[][] gated;
    private final float[][] raised;
    private final float[][] opened;

    /** Runs forward; x becomes what leaves the block. */
    BlockPass(FrozenDecoder decoder, FrozenDecoder.Block block, Factors factors, float[][] x) {
        this.config = decoder.config;
        this.turns = decoder.turns;
        int length = x.length;
        this.before = Normed.forward(copy(x), block.attentionNorm(), config.normEpsilon());
        float[][] queries = new float[length][block.query().outputs()];
        float[][] keys = new float[length][block.key().outputs()];
        float[][] values = new float[length][block.value().outputs()];
        this.query = LinearPass.forward(block.query(), factors, before.output(), queries);
        this.key = LinearPass.forward(block.key(), factors, before.output(), keys);
        this.value = LinearPass.forward(block.value(), factors, before.output(), values);
        turn(queries, 1);
        turn(keys, 1);
        float[][] seen = new float[length][block.query().outputs()];
        this.attention = Attention.forward(config, queries, keys, values, seen);
        float[][] change = new float[length][config.hiddenSize()];
        this.attended = LinearPass.forward(block.attended(), factors, seen, change);
        Matrices.add(x, change);
        this.between = Normed.forward(copy(x), block.gateNorm(), config.normEpsilon());
        this.gated = new float[length][block.gate().outputs()];
        this.raised = new float[length][block.up().outputs()];
        this.gate = LinearPass.forward(block.gate(), factors, between.output(), gated);
        this.up = LinearPass.forward(block.up(), factors, between.output(), raised);
        this.opened = new float[length][block.gate().outputs()];
        float[][] second = new float[length][config.hiddenSize()];
        this.down = LinearPass.forward(block.down(), factors, product(), second);
        Matrices.add(x, second);
    }

    private static float[][] copy(float[][] x) {
        float[][] same = new float[x.length][];
        for (int t = 0; t < x.length; t++) {
            same[t] = x[t].clone();
        }
        return same;
    }

    private void turn(float[][] rows, int direction) {
        turns.apply(rows, direction);
    }

    private float[][] product() {
        float[][] product = new float[gated.length][gated[0].length];
        for (int t = 0; t < product.length; t++) {
            for (int i = 0; i < product[t].length; i++) {
                float g = gated[t][i];
                float s = (float) (1 / (1 + Math.exp(-g)));
                opened[t][i] = s;
                product[t][i] = g * s * raised[t][i];
            }
        }
        return product;
    }

    /** Runs back; owed, the gradient of what left the block, becomes that of what came into it. */
    void backward(float[][] owed, float[] gradient) {
        int length = owed.length;
        float[][] dProduct = new float[length][gated[0].length];
        down.backward(owed, dProduct, gradient);
        float[][] dRaised = new float[length][gated[0].length];
        float[][] dGated = dProduct;
        for (int t = 0; t < length; t++) {
            for (int i = 0; i < dGated[t].length; i++) {
                float g = gated[t][i];
                float s = opened[t][i];
                float d = dProduct[t][i];
                dRaised[t][i] = d * g * s;
                dGated[t][i] = d * raised[t][i] * s * (1 + g * (1 - s));
            }
        }
        float[][] dBetween = new float[length][config.hiddenSize()];
        gate.backward(dGated, dBetween, gradient);
        up.backward(dRaised, dBetween, gradient);
        between.backward(dBetween, owed);
        attentionBack(owed, gradient);
    }

    private void attentionBack(float[][] owed, float[] gradient) {
        int length = owed.length;
        int heads = config.heads() * config.headSize();
        int shared = config.keyValueHeads() * config.headSize();
        float[][] dSeen = new float[length][heads];
        attended.backward(owed, dSeen, gradient);
        float[][] dQuery = new float[length][heads];
        float[][] dKey = new float[length][shared];
        float[][] dValue = new float[length][shared];
        attention.backward(dSeen, dQuery, dKey, dValue);
        turn(dQuery, -1);
        turn(dKey, -1);
        float[][] dBefore = new float[length][config.hiddenSize()];
        query.backward(dQuery, dBefore, gradient);
        key.backward(dKey, dBefore, gradient);
        value.backward(dValue, dBefore, gradient);
        before.backward(dBefore, owed);
    }
}
