// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.Prompt;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Turns conversations into tokens as the engine does when it serves them: the same template, the same tokenizer. Close when done. */
public final class Conversations implements AutoCloseable {

    private final ModelTokenizer tokenizer;
    private final ChatTemplate template;
    private final Set<Integer> ends;
    private final int mostTokens;

    private Conversations(ModelTokenizer tokenizer, ChatTemplate template, Set<Integer> ends, int mostTokens) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.ends = ends;
        this.mostTokens = mostTokens;
    }

    /**
     * Reads template and tokenizer.
     *
     * @param mostTokens of a sequence that is worth learning, within the context's length
     * @throws ModelRejectedException if a file is malformed, or no token ends an answer
     */
    public static Conversations of(ModelFolder folder, int mostTokens, Clock clock)
            throws IOException, ModelRejectedException {
        ModelTokenizer tokenizer = folder.tokenizer();
        try {
            Set<Integer> ends = folder.endTokens(tokenizer);
            if (ends.isEmpty()) {
                throw new ModelRejectedException("no token ends an answer of this model");
            }
            int most = Math.min(mostTokens, folder.config().contextLength());
            return new Conversations(tokenizer, folder.chatTemplate(tokenizer, clock), ends, most);
        } catch (IOException | ModelRejectedException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** Tokens that end an answer. */
    public Set<Integer> ends() {
        return ends;
    }

    /**
     * A conversation with an answer, ended by the token that ends answers.
     *
     * @param messages up to the last of the user
     * @return empty if it is longer than what is worth learning, or the template refuses it
     */
    public Optional<Sequence> sequence(List<ChatMessage> messages, String answer) {
        Optional<int[]> prompt = prompt(messages);
        if (prompt.isEmpty() || answer.isBlank()) {
            return Optional.empty();
        }
        int[] before = prompt.get();
        int[] said = tokenizer.encode(Prompt.ofCaller(answer));
        int length = before.length + said.length + 1;
        if (length > mostTokens) {
            return Optional.empty();
        }
        int[] tokens = Arrays.copyOf(before, length);
        System.arraycopy(said, 0, tokens, before.length, said.length);
        tokens[length - 1] = ends.iterator().next();
        return Optional.of(new Sequence(tokens, before.length));
    }

    /** A prompt as the engine has it; empty if the template refuses it. */
    public Optional<int[]> prompt(List<ChatMessage> messages) {
        try {
            return Optional.of(tokenizer.encode(template.render(messages, true)));
        } catch (TemplateException e) {
            return Optional.empty();
        }
    }

    /** Text of an answer's tokens. */
    public String text(int[] tokens) {
        StringBuilder text = new StringBuilder();
        var detokenizer = tokenizer.detokenizer();
        for (int token : tokens) {
            text.append(detokenizer.append(token));
        }
        return text.append(detokenizer.flush()).toString();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
