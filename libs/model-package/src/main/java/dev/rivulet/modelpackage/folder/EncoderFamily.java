// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderDesign.Activation;
import dev.rivulet.modelpackage.folder.EncoderDesign.Block;
import dev.rivulet.modelpackage.folder.EncoderDesign.Layer;
import dev.rivulet.modelpackage.folder.EncoderDesign.Tensors;
import dev.rivulet.modelpackage.folder.Readout.HeadLayer;
import dev.rivulet.modelpackage.folder.Readout.Pooling;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The families of encoders, one description each, by the begin of the names of {@code architectures}. Defaults are those of the
 * reference implementation.
 *
 * @see <a href="https://arxiv.org/abs/1810.04805">Devlin et al., 2018</a>, <a href="https://arxiv.org/abs/1910.01108">Sanh et
 *     al., 2019</a>, <a href="https://arxiv.org/abs/2412.13663">Warner et al., 2024</a>
 */
enum EncoderFamily {

    /** BERT, and MiniLM, which is a smaller one. */
    BERT(
            "Bert",
            "bert.",
            new Fields("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"),
            new Defaults("layer_norm_eps", 1e-12, 512)) {
        @Override
        EncoderDesign design(EncoderReader read, String prefix) throws ModelRejectedException {
            read.only("position_embedding_type", "absolute");
            read.refuseIfSet("is_decoder", "add_cross_attention");
            Tensors tensors = new Tensors(
                    prefix + "embeddings.word_embeddings",
                    prefix + "embeddings.position_embeddings",
                    prefix + "embeddings.token_type_embeddings",
                    prefix + "embeddings.LayerNorm",
                    prefix + "encoder.layer.",
                    new Block(
                            List.of("attention.self.query", "attention.self.key", "attention.self.value"),
                            "attention.output.dense",
                            "attention.output.LayerNorm",
                            "intermediate.dense",
                            "output.dense",
                            "output.LayerNorm"),
                    Optional.empty());
            return new EncoderDesign(
                    tensors,
                    read.activation("hidden_act"),
                    false,
                    true,
                    false,
                    read.positions(),
                    read.number("type_vocab_size", 1, 64, 2),
                    everywhere(read.layers()));
        }

        @Override
        Readout.Sequence sequence(EncoderReader read, String prefix) throws ModelRejectedException {
            HeadLayer pooler = new HeadLayer(prefix + "pooler.dense", true, Activation.TANH, Optional.empty());
            return new Readout.Sequence(Pooling.FIRST, pooler, read.labels(), read.independent());
        }
    },

    /** DistilBERT: BERT without segments and with half the blocks. */
    DISTILBERT(
            "DistilBert",
            "distilbert.",
            new Fields("dim", "n_layers", "n_heads", "hidden_dim"),
            new Defaults("", 1e-12, 512)) {
        @Override
        EncoderDesign design(EncoderReader read, String prefix) throws ModelRejectedException {
            Tensors tensors = new Tensors(
                    prefix + "embeddings.word_embeddings",
                    prefix + "embeddings.position_embeddings",
                    "",
                    prefix + "embeddings.LayerNorm",
                    prefix + "transformer.layer.",
                    new Block(
                            List.of("attention.q_lin", "attention.k_lin", "attention.v_lin"),
                            "attention.out_lin",
                            "sa_layer_norm",
                            "ffn.lin1",
                            "ffn.lin2",
                            "output_layer_norm"),
                    Optional.empty());
            Activation activation = read.activation("activation");
            return new EncoderDesign(
                    tensors, activation, false, true, false, read.positions(), 0, everywhere(read.layers()));
        }

        @Override
        Readout.Sequence sequence(EncoderReader read, String prefix) throws ModelRejectedException {
            HeadLayer layer = new HeadLayer("pre_classifier", true, Activation.RELU, Optional.empty());
            return new Readout.Sequence(Pooling.FIRST, layer, read.labels(), read.independent());
        }
    },

    /** ModernBERT: rotary positions, two of three blocks see a window, GeGLU, norms first, no biases. */
    MODERNBERT(
            "ModernBert",
            "model.",
            new Fields("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"),
            new Defaults("norm_eps", 1e-5, 8192)) {
        @Override
        EncoderDesign design(EncoderReader read, String prefix) throws ModelRejectedException {
            read.refuseIfSet("attention_bias", "mlp_bias", "norm_bias");
            Tensors tensors = new Tensors(
                    prefix + "embeddings.tok_embeddings",
                    "",
                    "",
                    prefix + "embeddings.norm",
                    prefix + "layers.",
                    new Block(List.of("attn.Wqkv"), "attn.Wo", "attn_norm", "mlp.Wi", "mlp.Wo", "mlp_norm"),
                    Optional.of(prefix + "final_norm"));
            Activation activation = read.activation("hidden_activation");
            return new EncoderDesign(tensors, activation, true, false, true, 0, 0, read.alternating());
        }

        @Override
        Readout.Sequence sequence(EncoderReader read, String prefix) throws ModelRejectedException {
            return new Readout.Sequence(read.classifierPooling(), head(read), read.labels(), read.independent());
        }

        @Override
        Readout.Tokens tokens(EncoderReader read) throws ModelRejectedException {
            return new Readout.Tokens(Optional.of(head(read)), read.labels());
        }

        private HeadLayer head(EncoderReader read) throws ModelRejectedException {
            Activation activation = read.activation("classifier_activation");
            return new HeadLayer("head.dense", read.flag("classifier_bias"), activation, Optional.of("head.norm"));
        }
    };

    /** What sizes are called in {@code config.json}. */
    record Fields(String hidden, String layers, String heads, String intermediate) {}

    /** What holds where {@code config.json} is silent; an empty name means that the value is fixed. */
    record Defaults(String epsilonField, double epsilon, int positions) {}

    /** What stands on the encoder. */
    enum Head {
        NONE("Model"),
        SEQUENCE("ForSequenceClassification"),
        TOKENS("ForTokenClassification");

        private final String suffix;

        Head(String suffix) {
            this.suffix = suffix;
        }
    }

    final Fields fields;
    final Defaults defaults;
    private final String name;
    private final String prefix;

    EncoderFamily(String name, String prefix, Fields fields, Defaults defaults) {
        this.name = name;
        this.prefix = prefix;
        this.fields = fields;
        this.defaults = defaults;
    }

    /** @param prefix of the encoder's tensors, below a head; empty without one */
    abstract EncoderDesign design(EncoderReader read, String prefix) throws ModelRejectedException;

    abstract Readout.Sequence sequence(EncoderReader read, String prefix) throws ModelRejectedException;

    Readout.Tokens tokens(EncoderReader read) throws ModelRejectedException {
        return new Readout.Tokens(Optional.empty(), read.labels());
    }

    /** An encoder and its head. */
    record Member(EncoderFamily family, String architecture, Head head) {

        /** The prefix of the encoder's tensors. */
        String prefix() {
            return head == Head.NONE ? "" : family.prefix;
        }

        /** @param embedding what is read where the model has no head */
        Readout readout(EncoderReader read, Readout.Embedding embedding) throws ModelRejectedException {
            return switch (head) {
                case NONE -> embedding;
                case SEQUENCE -> family.sequence(read, prefix());
                case TOKENS -> family.tokens(read);
            };
        }
    }

    static List<String> supported() {
        return Stream.of(values())
                .flatMap(family -> Arrays.stream(Head.values()).map(head -> family.name + head.suffix))
                .toList();
    }

    /** The family and head that a configuration names. */
    static Member of(ConfigJson json) throws ModelRejectedException {
        List<String> architectures = json.strings("architectures");
        String named = architectures.isEmpty() ? "" : architectures.getFirst();
        for (EncoderFamily family : values()) {
            for (Head head : Head.values()) {
                if (named.equals(family.name + head.suffix)) {
                    return new Member(family, named, head);
                }
            }
        }
        String shown = named.substring(0, Math.min(100, named.length())).replaceAll("\\p{C}", "?");
        throw json.refuse(
                "architectures",
                (named.isEmpty() ? "is missing" : "names " + shown + ", which is not a supported encoder")
                        + "; supported are " + String.join(", ", supported()));
    }

    private static List<Layer> everywhere(int layers) {
        return Collections.nCopies(layers, new Layer(OptionalInt.empty(), Optional.empty()));
    }
}
