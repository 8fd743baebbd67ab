// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.ToolFormat;
import dev.rivulet.inference.execution.Batch;

/** The events of one streamed answer that may call tools. For one thread at a time. */
final class CallEvents implements ToolCallReader.Sink {

    private final int index;
    private final Frames frames;
    private final ToolCallReader reader;
    private StringBuilder events = new StringBuilder();
    private int begun;

    /** @param index of the answer */
    CallEvents(int index, Frames frames, ToolRequest tools, ToolFormat format) {
        this.index = index;
        this.frames = frames;
        this.reader = new ToolCallReader(format, tools.names(), this);
    }

    void add(Batch batch, StringBuilder to) {
        events = to;
        reader.add(batch.text());
        if (batch.ending() != null) {
            reader.end();
        }
    }

    String reason(String reason) {
        return AnswerParts.reason(reason, reader.calls());
    }

    @Override
    public void content(String text) {
        frames.text(index, text, Frames.NULL, events);
    }

    @Override
    public void call(String name) {
        frames.call(index, begun++, AnswerParts.newCallId(), name, events);
    }

    @Override
    public void arguments(String piece) {
        if (!piece.isEmpty()) {
            frames.arguments(index, begun - 1, piece, events);
        }
    }
}
