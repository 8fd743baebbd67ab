// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelFacts;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.Prompt.Part;
import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.ToolCall;
import dev.rivulet.engine.ToolFormat;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A language model in plain Java with the semantics of a real one: deterministic, with KV slots, a byte tokenizer and a ChatML
 * template. Starts at once and needs no file.
 */
public final class FakeLanguageModel implements LanguageModel {

    /** Context length where the options name none. */
    public static final int CONTEXT_LENGTH = 512;

    private final ModelFacts facts;
    private final FakeDecoderRunner decoder;
    private final Tokenizer tokenizer = new FakeTokenizer();

    /** A model whose answers end after 24 tokens on average. */
    public FakeLanguageModel(EngineOptions options) {
        this(options, 24, Watcher.NONE);
    }

    /**
     * @param meanAnswerTokens tokens before the end token on average, 0 for answers that never end by themselves
     * @param watcher told of every step before it runs
     */
    public FakeLanguageModel(EngineOptions options, int meanAnswerTokens, Watcher watcher) {
        EngineOptions granted = new EngineOptions(
                options.slots(),
                options.contextLength() == 0 ? CONTEXT_LENGTH : options.contextLength(),
                options.threads(),
                options.prefillChunk());
        decoder = new FakeDecoderRunner(granted, meanAnswerTokens, watcher);
        facts = new ModelFacts(
                "FakeForCausalLM",
                0,
                granted.contextLength(),
                FakeVocabulary.SIZE,
                Set.of(FakeVocabulary.END, FakeVocabulary.END_OF_TEXT),
                8L * granted.slots() * granted.contextLength(),
                Sampling.GREEDY);
    }

    @Override
    public ModelFacts facts() {
        return facts;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public ChatTemplate chatTemplate() {
        return new ChatMl();
    }

    /** ChatML with tools in the manner of Hermes. */
    private static final class ChatMl implements ChatTemplate {

        @Override
        public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) {
            return render(messages, List.of(), addGenerationPrompt);
        }

        @Override
        public Prompt render(List<ChatMessage> messages, List<String> tools, boolean addGenerationPrompt) {
            return chatMl(messages, tools, addGenerationPrompt);
        }

        @Override
        public ToolFormat toolFormat() {
            return ToolFormat.HERMES;
        }
    }

    @Override
    public FakeDecoderRunner decoder() {
        return decoder;
    }

    @Override
    public void close() {
        decoder.close();
    }

    private static Prompt chatMl(List<ChatMessage> messages, List<String> tools, boolean addGenerationPrompt) {
        List<Part> parts = new ArrayList<>();
        if (!tools.isEmpty()) {
            parts.add(new Part("<|im_start|>system\n<tools>", true));
            parts.add(new Part(String.join("\n", tools), false));
            parts.add(new Part("</tools><|im_end|>\n", true));
        }
        for (ChatMessage message : messages) {
            parts.add(new Part("<|im_start|>" + message.role() + "\n", true));
            parts.add(new Part(message.content(), false));
            for (ToolCall call : message.toolCalls()) {
                parts.add(new Part("<tool_call>", true));
                parts.add(new Part(call.name() + call.arguments(), false));
                parts.add(new Part("</tool_call>", true));
            }
            parts.add(new Part("<|im_end|>\n", true));
        }
        if (addGenerationPrompt) {
            parts.add(new Part("<|im_start|>assistant\n", true));
        }
        return new Prompt(parts);
    }
}
