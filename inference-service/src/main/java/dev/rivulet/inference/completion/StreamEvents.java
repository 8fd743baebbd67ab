// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.completion.RequestLife.Running;
import dev.rivulet.inference.completion.TokenStream.StreamText;
import dev.rivulet.inference.contract.Usage;
import dev.rivulet.inference.execution.Batch;
import dev.rivulet.inference.execution.Ending;
import dev.rivulet.problems.OpenAiError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/** Turns what generations hand out into the events of one request. For one thread at a time. */
final class StreamEvents implements StreamText {

    private final Running running;
    private final boolean chat;
    private final Frames frames;
    private final JsonMapper json;
    private final Function<List<Ending>, StageTiming> timing;
    private final LogprobsJson logprobs;
    private final List<CallEvents> calls = new ArrayList<>();

    /** @param timing stage times of the answers together */
    StreamEvents(
            Running running, boolean chat, Frames frames, JsonMapper json, Function<List<Ending>, StageTiming> timing) {
        this.running = running;
        this.chat = chat;
        this.frames = frames;
        this.json = json;
        this.timing = timing;
        this.logprobs = new LogprobsJson(running.tokenizer());
        ToolRequest tools = running.command().tools();
        if (tools != null) {
            for (int index = 0; index < running.generations().size(); index++) {
                calls.add(new CallEvents(index, frames, tools, running.toolFormat()));
            }
        }
    }

    @Override
    public void batch(int index, Batch batch, StringBuilder events) {
        if (frames.open(index, events)) {
            String notice = Blindness.before(running);
            if (!notice.isEmpty()) {
                frames.text(index, notice, Frames.NULL, events);
            }
        }
        boolean scored = !batch.tokens().isEmpty();
        String found = scored ? json.writeValueAsString(logprobs.of(chat, batch.tokens())) : Frames.NULL;
        CallEvents call = calls.isEmpty() ? null : calls.get(index);
        if (call != null) {
            if (scored) {
                frames.text(index, "", found, events);
            }
            call.add(batch, events);
        } else if (scored || !batch.text().isEmpty()) {
            frames.text(index, batch.text(), found, events);
        }
        switch (batch.ending()) {
            case Ending.Finished finished -> {
                String reason = finished.reason().wire();
                frames.finish(index, call == null ? reason : call.reason(reason), events);
            }
            case Ending.Failed failed ->
                events.append("data: ")
                        .append(json.writeValueAsString(OpenAiError.of(failed.problem())))
                        .append("\n\n");
            case Ending.Cancelled ignored -> {}
            case null -> {}
        }
    }

    @Override
    public void end(List<Ending> endings, StringBuilder events) {
        if (running.command().includeUsage()) {
            frames.usage(usage(endings), events);
        }
        Frames.done(timing.apply(endings).header(), events);
    }

    /** The prompt counts once, however many answers it got, and as the answer that found least of it computed saw it. */
    static Usage usage(List<Ending> endings) {
        int prompt = endings.stream()
                .mapToInt(ending -> ending.usage().promptTokens())
                .max()
                .orElse(0);
        int completion = endings.stream()
                .mapToInt(ending -> ending.usage().completionTokens())
                .sum();
        int cached = endings.stream()
                .mapToInt(ending -> ending.usage().cachedTokens())
                .min()
                .orElse(0);
        return Usage.of(prompt, completion, cached);
    }
}
