// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.Adapters;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelFacts;
import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.Vision;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.util.Optional;

/** A loaded model; closing it closes its parts. */
record OnnxLanguageModel(
        ModelFacts facts,
        ModelTokenizer ownTokenizer,
        ChatTemplate chatTemplate,
        DecoderRunner runner,
        boolean adapted,
        Optional<OnnxVision> eyes)
        implements LanguageModel {

    @Override
    public Tokenizer tokenizer() {
        return ownTokenizer;
    }

    @Override
    public DecoderRunner decoder() {
        return runner;
    }

    @Override
    public Optional<Vision> vision() {
        return eyes.map(Vision.class::cast);
    }

    @Override
    public Optional<Adapters> adapters() {
        return adapted && runner instanceof Adapters adapters ? Optional.of(adapters) : Optional.empty();
    }

    @Override
    public void close() {
        try (ownTokenizer) {
            eyes.ifPresent(OnnxVision::close);
            runner.close();
        }
    }
}
