package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.scheduling.SchedulingLimits;
import dev.rivulet.inference.scheduling.StepPlan;
import dev.rivulet.inference.scheduling.Terms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The built-in assistant on the engine of the class path, with the prefix cache and without. */
class PrefixCacheOnEngineTest {

    private static final ModelVersion VERSION = new ModelVersion("rivulet-assistant", "1");
    private static final int SLOTS = 3;
    private static final List<String> TURNS = List.of(
            "Please set Aurora to 21 degrees and switch off the light in the kitchen",
            "And which meeting rooms are free this afternoon for six people?",
            "Please set Borealis to 19 degrees then",
            "Who can help with a window that does not close any more?");

    private record Answer(String text, Ending.Usage usage) {}

    @Test
    void theTurnsOfASessionAreAnsweredAsWithoutTheCacheAndOnlyWhatIsNewIsComputed() throws Exception {
        List<Answer> plain = session(0);
        List<Answer> cached = session(SLOTS);
        assertThat(cached).extracting(Answer::text).containsExactlyElementsOf(texts(plain));
        assertThat(plain).allMatch(answer -> answer.usage().cachedTokens() == 0);
        for (int turn = 1; turn < cached.size(); turn++) {
            int before = cached.get(turn - 1).usage().promptTokens();
            assertThat(cached.get(turn).usage().cachedTokens()).isGreaterThan(before - 16);
        }
    }

    @Test
    void manyWithOneInstructionAreAnsweredAsWithoutTheCache() throws Exception {
        List<Answer> plain = many(0);
        List<Answer> cached = many(SLOTS);
        assertThat(cached).extracting(Answer::text).containsExactlyElementsOf(texts(plain));
        assertThat(cached.stream().filter(answer -> answer.usage().cachedTokens() >= 64))
                .hasSizeGreaterThanOrEqualTo(cached.size() - 1);
    }

    private static List<String> texts(List<Answer> answers) {
        return answers.stream().map(Answer::text).toList();
    }

    private static List<Answer> session(int prefixes) throws Exception {
        try (DecodeLoop loop = loop(prefixes)) {
            List<ChatMessage> messages = new ArrayList<>();
            List<Answer> answers = new ArrayList<>();
            for (String turn : TURNS) {
                messages.add(new ChatMessage("user", turn));
                Answer answer = ask(loop, messages).get(60, TimeUnit.SECONDS);
                answers.add(answer);
                messages.add(new ChatMessage("assistant", answer.text()));
            }
            return answers;
        }
    }

    private static List<Answer> many(int prefixes) throws Exception {
        String instruction =
                "You answer for the house. " + "Be brief, be kind, name the room that is meant. ".repeat(8);
        try (DecodeLoop loop = loop(prefixes)) {
            List<CompletableFuture<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                asked.add(ask(
                        loop,
                        List.of(
                                new ChatMessage("system", instruction),
                                new ChatMessage("user", TURNS.get(i % TURNS.size()) + " " + i))));
            }
            List<Answer> answers = new ArrayList<>();
            for (CompletableFuture<Answer> one : asked) {
                answers.add(one.get(60, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    private static CompletableFuture<Answer> ask(DecodeLoop loop, List<ChatMessage> messages) throws Exception {
        int[] prompt =
                loop.model().tokenizer().encode(loop.model().chatTemplate().render(messages, true));
        GenerationRequest request = new GenerationRequest(
                prompt, 24, Sampling.GREEDY, 1, List.of(), GenerationRequest.WHOLE, Terms.of("someone"));
        Generation generation = loop.submit(request, ending -> {}).orElseThrow();
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

    private static DecodeLoop loop(int prefixes) throws Exception {
        Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        Path folder = Path.of("..", "models", "artefacts", "rivulet-assistant");
        LanguageModel model = engine.load(folder, new EngineOptions(SLOTS, 512, 1, 64));
        Duration hour = Duration.ofHours(1);
        SchedulingLimits limits = new SchedulingLimits(SLOTS, 32, 64, 64, 1, prefixes, hour, hour, hour, hour);
        DecodeLoop loop = new DecodeLoop(VERSION, model, limits, new Silence(), broken -> {}, System::nanoTime);
        loop.start();
        return loop;
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
