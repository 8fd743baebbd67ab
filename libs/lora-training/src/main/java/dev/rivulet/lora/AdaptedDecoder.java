// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.federated.training.FrozenFactor;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A decoder and what an adapter may change of it. The adapter's values are B of every adapted layer, in the order of {@link #layout()},
 * named as PEFT names them: they are what a federation learns. Immutable; may be shared by threads.
 */
public final class AdaptedDecoder {

    private static final String PREFIX = "base_model.model.";
    private static final String UP = ".lora_B.weight";

    private final FrozenDecoder decoder;
    private final Adaptation adaptation;
    private final Layout layout;
    private final Map<String, float[][]> downs = new HashMap<>();

    public AdaptedDecoder(FrozenDecoder decoder, Adaptation adaptation) {
        this.decoder = decoder;
        this.adaptation = adaptation;
        List<Layout.Tensor> tensors = new ArrayList<>();
        for (FrozenDecoder.Block block : decoder.blocks) {
            for (FrozenDecoder.Linear linear : block.linears()) {
                if (adaptation
                        .targets()
                        .contains(linear.name().substring(linear.name().lastIndexOf('.') + 1))) {
                    tensors.add(new Layout.Tensor(
                            PREFIX + linear.name() + UP, List.of(linear.outputs(), adaptation.rank())));
                    downs.put(linear.name(), rows(linear));
                }
            }
        }
        this.layout = new Layout(tensors);
    }

    private float[][] rows(FrozenDecoder.Linear linear) {
        float[] flat = FrozenFactor.of(adaptation.seed(), linear.name(), adaptation.rank(), linear.inputs());
        float[][] rows = new float[adaptation.rank()][linear.inputs()];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(flat, r * linear.inputs(), rows[r], 0, linear.inputs());
        }
        return rows;
    }

    /** The layer of a tensor of the layout, as {@code model.layers.0.mlp.up_proj}. */
    static String layerOf(String tensor) {
        return tensor.substring(PREFIX.length(), tensor.length() - UP.length());
    }

    /** Names and shapes of B, [outputs, rank] each. */
    public Layout layout() {
        return layout;
    }

    public Adaptation adaptation() {
        return adaptation;
    }

    /** A of an adapted layer, [rank, inputs]; not to be changed. */
    float[][] down(String layer) {
        return java.util.Objects.requireNonNull(downs.get(layer));
    }

    /** An adapter that changes nothing. */
    public Parameters fresh() {
        return Parameters.zeros(layout);
    }

    private Factors factors(Parameters adapter) {
        if (!adapter.layout().equals(layout)) {
            throw new IllegalArgumentException("the adapter is of another layout than this decoder's");
        }
        return Factors.of(downs, adapter, adaptation.scale());
    }

    /** Logits after the last token. */
    public float[] logits(int[] tokens, Parameters adapter) {
        return new Pass(decoder, factors(adapter), tokens).logits(tokens.length - 1)[0];
    }

    /** Natural logarithm of the likelihood of a sequence's answer, given its prompt. */
    public double logLikelihood(Sequence sequence, Parameters adapter) {
        return Likelihood.of(decoder, factors(adapter), sequence).value();
    }

    /** The same of the decoder without an adapter: the reference of a preference. */
    public double referenceLogLikelihood(Sequence sequence) {
        return Likelihood.of(decoder, Factors.none(), sequence).value();
    }

    /** For many sequences with one adapter. */
    public Session with(Parameters adapter) {
        return new Session(factors(adapter));
    }

    /** The decoder with one adapter. Immutable. */
    public final class Session {
        private final Factors factors;

        private Session(Factors factors) {
            this.factors = factors;
        }

        /** Runs forward; {@link Likelihood#addGradient} runs back. */
        public Likelihood likelihood(Sequence sequence) {
            return Likelihood.of(decoder, factors, sequence);
        }

        /** The likeliest continuation, token by token, up to one of the end tokens, which is left out. */
        public int[] greedy(int[] prompt, int most, java.util.Set<Integer> ends) {
            int[] tokens = prompt;
            for (int i = 0; i < most && tokens.length < decoder.config.contextLength(); i++) {
                float[] logits = new Pass(decoder, factors, tokens).logits(tokens.length - 1)[0];
                int best = 0;
                for (int token = 1; token < logits.length; token++) {
                    best = logits[token] > logits[best] ? token : best;
                }
                if (ends.contains(best)) {
                    break;
                }
                tokens = java.util.Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = best;
            }
            return java.util.Arrays.copyOfRange(tokens, prompt.length, tokens.length);
        }
    }
}
