// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.scheduling.SchedulingLimits;
import dev.rivulet.inference.scheduling.StepPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;

/** The built-in assistant on the engine of the class path, in a loop of its own. */
final class EngineLoop {

    static final ModelVersion VERSION = new ModelVersion("rivulet-assistant", "1");
    static final Path FOLDER = Path.of("..", "models", "artefacts", "rivulet-assistant");

    record Answer(String text, Ending.Usage usage) {}

    private EngineLoop() {}

    static LanguageModel model(EngineOptions options) throws Exception {
        Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        return engine.load(FOLDER, options);
    }

    /** Started. */
    static DecodeLoop of(LanguageModel model, Drafter drafter, int prefixes, int drafted) {
        int slots = model.decoder().slots();
        int chunk = model.decoder().prefillChunk();
        Duration hour = Duration.ofHours(1);
        SchedulingLimits limits =
                new SchedulingLimits(slots, 32, chunk, chunk, 1, prefixes, hour, hour, hour, hour).drafting(drafted);
        DecodeLoop loop =
                new DecodeLoop(VERSION, model, drafter, limits, new Silence(), broken -> {}, System::nanoTime);
        loop.start();
        return loop;
    }

    static int[] prompt(LanguageModel model, List<ChatMessage> messages) throws Exception {
        return model.tokenizer().encode(model.chatTemplate().render(messages, true));
    }

    static CompletableFuture<Answer> ask(DecodeLoop loop, GenerationRequest request) {
        return ask(loop, request, 0);
    }

    static CompletableFuture<Answer> ask(DecodeLoop loop, GenerationRequest request, int adapter) {
        Generation generation = loop.submit(request, adapter, ending -> {}).orElseThrow();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        generation.onReady(() -> {
            Batch batch = generation.take();
            if (batch.ending() instanceof Ending.Finished finished) {
                answer.complete(new Answer(batch.text(), finished.usage()));
            } else {
                answer.completeExceptionally(new AssertionError(String.valueOf(batch)));
            }
        });
        return answer;
    }

    static LoopListener silence() {
        return new Silence();
    }

    private static final class Silence implements LoopListener {
        @Override
        public void stepped(ModelVersion version, StepPlan plan, long nanos) {}

        @Override
        public void ended(ModelVersion version, Ending ending) {}

        @Override
        public void broken(ModelVersion version) {}
    }
}
