// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;

/**
 * An encoder's sizes and arithmetic, from {@code config.json}.
 *
 * @param architecture first of {@code architectures}
 * @param hiddenSize width of the residual stream
 * @param heads of attention; divide {@code hiddenSize}
 * @param intermediateSize width of the feed-forward layer
 * @param vocabularySize rows of the embedding
 * @param normEpsilon added to the variance in norms
 * @param contextLength most tokens of a text, those that frame it included
 * @param design the arithmetic of its family
 * @param readout what is read from its hidden states
 */
public record EncoderConfig(
        String architecture,
        int hiddenSize,
        int heads,
        int intermediateSize,
        int vocabularySize,
        double normEpsilon,
        int contextLength,
        EncoderDesign design,
        Readout readout) {

    /** The same encoder with another readout. */
    public EncoderConfig withReadout(Readout other) {
        return new EncoderConfig(
                architecture,
                hiddenSize,
                heads,
                intermediateSize,
                vocabularySize,
                normEpsilon,
                contextLength,
                design,
                other);
    }

    /** Width of a block's head. */
    public int headSize() {
        return hiddenSize / heads;
    }

    static EncoderConfig read(ConfigJson json, SentenceModules modules) throws ModelRejectedException {
        EncoderFamily.Member member = EncoderFamily.of(json);
        if (json.object("quantization_config").isPresent()) {
            throw json.refuse("quantization_config", "is set; give the weights as F32, F16 or BF16");
        }
        EncoderReader read = new EncoderReader(json, member.family());
        return new EncoderConfig(
                member.architecture(),
                read.hiddenSize(),
                read.heads(),
                json.number(member.family().fields.intermediate(), 1, 1 << 20),
                json.number("vocab_size", 1, DecoderConfig.LARGEST_VOCABULARY),
                read.epsilon(),
                Math.min(read.positions(), modules.longest().orElse(Integer.MAX_VALUE)),
                member.family().design(read, member.prefix()),
                member.readout(read, modules.embedding()));
    }
}
