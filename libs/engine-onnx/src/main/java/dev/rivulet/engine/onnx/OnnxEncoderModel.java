// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EncoderFacts;
import dev.rivulet.engine.EncoderFacts.Output;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.EncoderRunner;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.TextEncoder;
import dev.rivulet.modelpackage.folder.EncoderConfig;
import dev.rivulet.modelpackage.folder.Readout;
import dev.rivulet.modelpackage.graph.EncoderGraph;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.PairTokenizer;
import java.lang.foreign.Arena;
import java.util.List;

/** An encoder that has run once; closing it closes its parts. */
record OnnxEncoderModel(EncoderFacts facts, PairTokenizer ownTokenizer, EncoderRunner runner) implements EncoderModel {

    /**
     * Checks sizes, builds the graph, opens the session and runs a text.
     *
     * @param tokenizer closed with the model, and by the caller if this throws
     * @throws ModelRejectedException if weights and configuration disagree, memory does not suffice or outputs are not finite
     */
    @SuppressWarnings("MustBeClosedChecker") // The runner takes the memory over; every other way out closes it.
    static OnnxEncoderModel load(
            EncoderConfig config,
            Weights weights,
            PairTokenizer tokenizer,
            EncoderOptions options,
            OnnxSettings settings)
            throws ModelRejectedException {
        int context = Math.min(options.contextLength(), config.contextLength());
        EncoderMemory plan = EncoderMemory.of(config, weights, options, context);
        plan.check(settings.memoryLimit(), options);
        Arena memory = Arena.ofShared();
        try {
            EncoderGraph graph = EncoderGraph.of(config, weights, context, memory);
            DecoderSession session =
                    DecoderSession.open(graph.model(), graph.weights(), settings.threads(options.threads()));
            OnnxEncoderRunner runner = over(session, graph, config, context, options, memory);
            EncoderFacts facts = facts(config, weights.parameters(), context, graph.width(), plan.total());
            return probed(new OnnxEncoderModel(facts, tokenizer, runner));
        } catch (ModelRejectedException | RuntimeException | Error e) {
            if (memory.scope().isAlive()) {
                memory.close();
            }
            throw e;
        }
    }

    private static OnnxEncoderRunner over(
            DecoderSession session,
            EncoderGraph graph,
            EncoderConfig config,
            int context,
            EncoderOptions options,
            Arena memory) {
        try {
            int batch = options.batchTokens();
            return new OnnxEncoderRunner(session, graph, config.vocabularySize(), context, batch, memory);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private static OnnxEncoderModel probed(OnnxEncoderModel model) throws ModelRejectedException {
        try {
            Encoding text = model.tokenizer().encode("a", null, false);
            for (float value : model.runner.run(List.of(text)).getFirst()) {
                if (!Float.isFinite(value)) {
                    throw new ModelRejectedException("the weights give the value " + value
                            + ": they are damaged or not those of this configuration");
                }
            }
            return model;
        } catch (ModelRejectedException | Error e) {
            model.runner.close();
            throw e;
        } catch (RuntimeException e) {
            model.runner.close();
            throw new ModelRejectedException("the model can't run: " + e.getMessage(), e);
        }
    }

    private static EncoderFacts facts(EncoderConfig config, long parameters, int context, int width, long memory) {
        Output output = switch (config.readout()) {
            case Readout.Hidden hidden -> Output.STATES;
            case Readout.Embedding embedding -> Output.EMBEDDING;
            case Readout.Sequence sequence -> sequence.labels().size() == 1 ? Output.SCORE : Output.LABELS;
            case Readout.Tokens tokens -> Output.TOKEN_LABELS;
        };
        List<String> labels = switch (config.readout()) {
            case Readout.Hidden hidden -> List.of();
            case Readout.Embedding embedding -> List.of();
            case Readout.Sequence sequence -> sequence.labels();
            case Readout.Tokens tokens -> tokens.labels();
        };
        boolean independent = config.readout() instanceof Readout.Sequence sequence && sequence.independent();
        return new EncoderFacts(config.architecture(), output, parameters, context, labels, independent, width, memory);
    }

    @Override
    public TextEncoder tokenizer() {
        return ownTokenizer;
    }

    @Override
    public void close() {
        try (ownTokenizer) {
            runner.close();
        }
    }
}
