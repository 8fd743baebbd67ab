// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.update.Parameters;

/** What a dishonest device does. */
public sealed interface Attack {

    /** The examples that it trains with. */
    default Examples examples(Examples own) {
        return own;
    }

    /** What it sends in place of what it learnt. */
    default Parameters sent(Parameters delta) {
        return delta;
    }

    /** Whether all dishonest devices of a round send what the first of them sends. */
    default boolean together() {
        return false;
    }

    /** Nothing. */
    record None() implements Attack {}

    /**
     * Sends the opposite.
     *
     * @param factor how many times as long
     */
    record SignFlip(float factor) implements Attack {
        @Override
        public Parameters sent(Parameters delta) {
            return scaled(delta, -factor);
        }
    }

    /**
     * Learns from flipped labels, and sends so much of it that it replaces the model (Bagdasaryan et al., arXiv 1807.00459).
     *
     * @param factor how many times as much; the number of a round's devices over that of the attackers replaces it
     */
    record Replacement(float factor) implements Attack {
        @Override
        public Examples examples(Examples own) {
            return flipped(own);
        }

        @Override
        public Parameters sent(Parameters delta) {
            return scaled(delta, factor);
        }
    }

    /** Learns from labels counted from the other end. */
    record LabelFlip() implements Attack {
        @Override
        public Examples examples(Examples own) {
            return flipped(own);
        }
    }

    /**
     * One attacker behind many devices: all send one update that was learnt from flipped labels, so that they lie close together.
     *
     * @param factor how many times as long
     */
    record Sybils(float factor) implements Attack {
        @Override
        public Examples examples(Examples own) {
            return flipped(own);
        }

        @Override
        public Parameters sent(Parameters delta) {
            return scaled(delta, factor);
        }

        @Override
        public boolean together() {
            return true;
        }
    }

    private static Parameters scaled(Parameters delta, float factor) {
        return Parameters.zeros(delta.layout()).plus(delta, factor);
    }

    private static Examples flipped(Examples own) {
        int[] labels = own.labels().clone();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = own.classes() - 1 - labels[i];
        }
        return own.labelled(labels);
    }
}
