// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.completion.RequestLife.Running;
import dev.rivulet.inference.contract.ChatCompletion;
import dev.rivulet.inference.contract.TextCompletion;
import dev.rivulet.inference.execution.Batch;
import dev.rivulet.inference.execution.Ending;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The choices of an answer that isn't streamed. */
final class WholeAnswer {

    private final Running running;
    private final LogprobsJson logprobs;

    WholeAnswer(Running running) {
        this.running = running;
        this.logprobs = new LogprobsJson(running.tokenizer());
    }

    List<ChatCompletion.Choice> chat(List<Batch> batches) {
        return IntStream.range(0, batches.size())
                .mapToObj(i -> {
                    Batch batch = batches.get(i);
                    AnswerParts parts =
                            AnswerParts.of(batch.text(), running.command().tools(), running.toolFormat());
                    ChatCompletion.Message message =
                            new ChatCompletion.Message("assistant", content(parts.content()), null, parts.calls());
                    return new ChatCompletion.Choice(i, message, scores(true, batch), parts.reason(reason(batch)));
                })
                .toList();
    }

    private @Nullable String content(@Nullable String text) {
        return text == null ? null : Blindness.before(running) + text;
    }

    List<TextCompletion.Choice> text(List<Batch> batches) {
        return IntStream.range(0, batches.size())
                .mapToObj(i -> {
                    Batch batch = batches.get(i);
                    return new TextCompletion.Choice(i, batch.text(), scores(false, batch), reason(batch));
                })
                .toList();
    }

    private @Nullable Object scores(boolean chat, Batch batch) {
        return running.command().logprobs() < 0 ? null : logprobs.of(chat, batch.tokens());
    }

    private static String reason(Batch batch) {
        return batch.ending() instanceof Ending.Finished finished
                ? finished.reason().wire()
                : "stop";
    }
}
