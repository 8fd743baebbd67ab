// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import static dev.rivulet.modelpackage.folder.DecoderDesign.Activation.GELU_TANH;
import static dev.rivulet.modelpackage.folder.DecoderDesign.Activation.SILU;
import static dev.rivulet.modelpackage.folder.DecoderDesign.QueryKeyNorm.EACH_HEAD;
import static dev.rivulet.modelpackage.folder.DecoderDesign.QueryKeyNorm.NONE;
import static dev.rivulet.modelpackage.folder.DecoderDesign.QueryKeyNorm.WHOLE_PROJECTION;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderDesign.Biases;
import dev.rivulet.modelpackage.folder.DecoderDesign.Norms;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The families of decoders, one description each, by the names of {@code architectures} in {@code config.json}. Defaults are
 * those of the reference implementation, which leaves them out of the files that it writes.
 */
enum DecoderFamily {

    /** Llama 2 and 3, SmolLM2 and the many models in their shape. */
    LLAMA("LlamaForCausalLM", new Defaults(false, 1e-6, 0)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_act", "silu");
            Biases biases = read.biases("attention_bias", "attention_bias", "mlp_bias");
            return new DecoderDesign(
                    Norms.BEFORE, NONE, biases, SILU, false, read.plainScales(), read.everywhere(read.rope(10_000)));
        }
    },

    /** SmolLM3: Llama with layers that know no positions. */
    SMOLLM3("SmolLM3ForCausalLM", new Defaults(true, 1e-6, 0)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_act", "silu");
            Biases biases = read.biases("attention_bias", "attention_bias", "mlp_bias");
            var layers = read.withoutPositionsEvery(4, read.rope(2_000_000));
            return new DecoderDesign(Norms.BEFORE, NONE, biases, SILU, false, read.plainScales(), layers);
        }
    },

    /** Mistral: Llama with a sliding window. */
    MISTRAL("MistralForCausalLM", new Defaults(false, 1e-6, 0)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_act", "silu");
            read.biases("", "", "");
            var layers = read.windowed(read.window(4096), read.rope(10_000));
            return new DecoderDesign(Norms.BEFORE, NONE, Biases.NONE, SILU, false, read.plainScales(), layers);
        }
    },

    /** Qwen 2 and 2.5: biases of queries, keys and values; windows in the upper layers where they are switched on. */
    QWEN2("Qwen2ForCausalLM", new Defaults(false, 1e-6, 0)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_act", "silu");
            read.biases("", "", "");
            Biases biases = new Biases(true, false, false);
            var layers = read.windowedFrom("max_window_layers", 28, read.rope(10_000));
            return new DecoderDesign(Norms.BEFORE, NONE, biases, SILU, false, read.plainScales(), layers);
        }
    },

    /** Qwen 3: queries and keys are normalised head by head. */
    QWEN3("Qwen3ForCausalLM", new Defaults(false, 1e-6, 128)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_act", "silu");
            Biases biases = read.biases("attention_bias", "attention_bias", "");
            var layers = read.windowedFrom("max_window_layers", 28, read.rope(10_000));
            return new DecoderDesign(Norms.BEFORE, EACH_HEAD, biases, SILU, false, read.plainScales(), layers);
        }
    },

    /** Gemma 2: norms around each part, soft caps, every other layer sees a window. */
    GEMMA2("Gemma2ForCausalLM", new Defaults(true, 1e-6, 256)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_activation", "gelu_pytorch_tanh");
            Biases biases = read.biases("attention_bias", "attention_bias", "");
            var rope = read.rope(10_000);
            var layers = read.fullEvery(2, read.window(4096), rope, rope);
            var scales = read.gemmaScales(50, 30);
            return new DecoderDesign(Norms.AROUND_WITH_OFFSET, NONE, biases, GELU_TANH, false, scales, layers);
        }
    },

    /** Gemma 3 for text: five layers with a window and their own rotary base, then one that sees everything. */
    GEMMA3("Gemma3ForCausalLM", new Defaults(true, 1e-6, 256)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_activation", "gelu_pytorch_tanh");
            read.refuseIfSet("use_bidirectional_attention");
            Biases biases = read.biases("attention_bias", "attention_bias", "");
            int pattern = read.pattern("sliding_window_pattern", 6);
            var layers = read.fullEvery(pattern, read.window(4096), read.localRope(10_000), read.rope(1_000_000));
            var scales = read.gemmaScales(0, 0);
            return new DecoderDesign(Norms.AROUND_WITH_OFFSET, EACH_HEAD, biases, GELU_TANH, false, scales, layers);
        }
    },

    /** Phi-3, Phi-3.5 and Phi-4 (not Phi-3-small): fused projections, LongRoPE, positions over a part of the head. */
    PHI3("Phi3ForCausalLM", new Defaults(false, 1e-5, 0)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_act", "silu");
            read.biases("", "", "");
            var layers = read.windowed(read.window(0), read.partialRope(10_000));
            return new DecoderDesign(Norms.BEFORE, NONE, Biases.NONE, SILU, true, read.plainScales(), layers);
        }
    },

    /** OLMo 2: norms after each part, and over the whole of queries and keys. */
    OLMO2("Olmo2ForCausalLM", new Defaults(false, 1e-5, 0)) {
        @Override
        DecoderDesign design(DesignReader read) throws ModelRejectedException {
            read.activation("hidden_act", "silu");
            Biases biases = read.biases("attention_bias", "attention_bias", "");
            var layers = read.everywhere(read.rope(10_000));
            return new DecoderDesign(Norms.AFTER, WHOLE_PROJECTION, biases, SILU, false, read.plainScales(), layers);
        }
    };

    /**
     * What holds where {@code config.json} is silent.
     *
     * @param tied whether the output layer is the embedding
     * @param normEpsilon added to the mean square in RMSNorm
     * @param headSize width of a head; 0 for hidden size by heads
     */
    record Defaults(boolean tied, double normEpsilon, int headSize) {}

    final String architecture;
    final Defaults defaults;

    DecoderFamily(String architecture, Defaults defaults) {
        this.architecture = architecture;
        this.defaults = defaults;
    }

    /** The arithmetic that a configuration asks for; a variant that is not implemented is refused. */
    abstract DecoderDesign design(DesignReader read) throws ModelRejectedException;

    static String supported() {
        return Arrays.stream(values()).map(family -> family.architecture).collect(Collectors.joining(", "));
    }

    /** The family that a configuration names. */
    static DecoderFamily of(ConfigJson json) throws ModelRejectedException {
        List<String> architectures = json.strings("architectures");
        if (architectures.isEmpty()) {
            throw json.refuse("architectures", "is missing; supported are " + supported());
        }
        String named = architectures.getFirst();
        for (DecoderFamily family : values()) {
            if (family.architecture.equals(named)) {
                return family;
            }
        }
        String shown = named.length() > 100 ? named.substring(0, 100) : named;
        throw json.refuse(
                "architectures",
                "names " + shown.replaceAll("\\p{C}", "?") + ", which is not supported; supported are " + supported());
    }
}
