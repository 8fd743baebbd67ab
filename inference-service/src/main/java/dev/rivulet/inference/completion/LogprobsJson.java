// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.sampling.TokenLogprobs;
import dev.rivulet.inference.contract.ChatLogprobs;
import dev.rivulet.inference.contract.TextLogprobs;
import dev.rivulet.inference.execution.ScoredToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Log probabilities in the shapes of the two APIs. */
final class LogprobsJson {

    /** What OpenAI's chat API says of a token that is not among the 20 likeliest, and what stands for no chance at all. */
    static final double UNLIKELY = -9999.0;

    private final Tokenizer tokenizer;

    LogprobsJson(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    Object of(boolean chat, List<ScoredToken> tokens) {
        return chat ? chat(tokens) : text(tokens);
    }

    private ChatLogprobs chat(List<ScoredToken> tokens) {
        List<ChatLogprobs.Token> content = new ArrayList<>(tokens.size());
        for (ScoredToken scored : tokens) {
            TokenLogprobs one = scored.logprobs();
            List<ChatLogprobs.Alternative> top = new ArrayList<>(one.top().length);
            for (int i = 0; i < one.top().length; i++) {
                int token = one.top()[i];
                top.add(new ChatLogprobs.Alternative(string(token), finite(one.topLogprobs()[i]), bytes(token)));
            }
            double logprob = one.rank() < TokenLogprobs.MAX_TOP ? finite(one.logprob()) : UNLIKELY;
            content.add(new ChatLogprobs.Token(string(one.token()), logprob, bytes(one.token()), top));
        }
        return new ChatLogprobs(content, null);
    }

    private TextLogprobs text(List<ScoredToken> tokens) {
        List<String> strings = new ArrayList<>();
        List<Double> logprobs = new ArrayList<>();
        List<Map<String, Double>> tops = new ArrayList<>();
        List<Integer> offsets = new ArrayList<>();
        for (ScoredToken scored : tokens) {
            TokenLogprobs one = scored.logprobs();
            strings.add(string(one.token()));
            logprobs.add(finite(one.logprob()));
            Map<String, Double> top = new LinkedHashMap<>();
            for (int i = 0; i < one.top().length; i++) {
                top.putIfAbsent(string(one.top()[i]), finite(one.topLogprobs()[i]));
            }
            tops.add(top);
            offsets.add(scored.offset());
        }
        return new TextLogprobs(strings, logprobs, tops, offsets);
    }

    private static double finite(double logprob) {
        return Double.isFinite(logprob) ? Math.max(UNLIKELY, logprob) : UNLIKELY;
    }

    /** A token that is a part of a code point has U+FFFD here; its bytes say what it is. */
    private String string(int token) {
        return new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
    }

    private List<Integer> bytes(int token) {
        List<Integer> bytes = new ArrayList<>();
        for (byte one : tokenizer.bytes(token)) {
            bytes.add(one & 0xff);
        }
        return bytes;
    }
}
