// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A tiny random checkpoint and what transformers computes from it; {@code conformance/decoders} in the checkout writes them. */
record DecoderFixture(Path folder, Expected expected) {

    private static final Path ALL = Path.of("src/test/resources/decoders");

    /** What {@code expected.json} holds. */
    record Expected(List<Run> runs) {}

    /**
     * Answers that hold when the model is opened with a context.
     *
     * @param contextLength 0 for that of the model
     */
    record Run(int contextLength, List<Answer> answers) {}

    /**
     * @param prompt tokens
     * @param greedy tokens that follow
     * @param logits after the prompt
     * @param logitsAfter after the prompt and the greedy tokens
     */
    record Answer(int[] prompt, int[] greedy, float[] logits, float[] logitsAfter) {}

    static DecoderFixture of(String name) throws Exception {
        Path folder = ALL.resolve(name);
        String json = Files.readString(folder.resolve("expected.json"));
        return new DecoderFixture(folder, JsonMapper.shared().readValue(json, Expected.class));
    }

    /** Names of all fixtures. */
    static List<String> names() throws Exception {
        try (var folders = Files.list(ALL)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    DecoderRunner open(int contextLength, int slots, int prefillChunk) throws Exception {
        ModelFolder model = ModelFolder.open(folder);
        EngineOptions options = new EngineOptions(slots, contextLength, 1, prefillChunk);
        return LoadedDecoder.load(model.config(), model.weights(), options, OnnxSettings.ofSystem())
                .runner();
    }
}
