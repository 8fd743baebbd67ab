// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A message while its parts are written: text, or a refusal. */
final class OutputMessage implements OutputItem {

    private final Events events;
    private final String id;
    private final int index;
    private final List<Part> parts = new ArrayList<>();
    private @Nullable Part open;
    private String status = "in_progress";

    OutputMessage(Events events, String id, int index) {
        this.events = events;
        this.id = id;
        this.index = index;
        ObjectNode added = events.of("response.output_item.added").put("output_index", index);
        added.set("item", now(status));
        events.send(added);
    }

    /** @param logprobs of the tokens of this text, as a response tells them */
    void text(String delta, ArrayNode logprobs) {
        Part part = part(false);
        part.text.append(delta);
        part.logprobs.addAll(logprobs);
        ObjectNode event = of("response.output_text.delta").put("delta", delta);
        event.set("logprobs", logprobs);
        events.send(event);
    }

    void refusal(String delta) {
        part(true).text.append(delta);
        events.send(of("response.refusal.delta").put("delta", delta));
    }

    @Override
    public ObjectNode now(String unlessClosed) {
        ObjectNode item = events.of("message").put("id", id).put("role", "assistant");
        item.put("status", status.equals("in_progress") ? unlessClosed : status);
        ArrayNode content = item.putArray("content");
        parts.forEach(part -> content.add(part.now()));
        return item;
    }

    @Override
    public void close(String end) {
        closePart();
        status = end;
        ObjectNode done = events.of("response.output_item.done").put("output_index", index);
        done.set("item", now(end));
        events.send(done);
    }

    private Part part(boolean refusal) {
        Part now = open;
        if (now != null && now.refusal == refusal) {
            return now;
        }
        closePart();
        Part fresh = new Part(refusal);
        parts.add(fresh);
        open = fresh;
        ObjectNode added = of("response.content_part.added");
        added.set("part", fresh.now());
        events.send(added);
        return fresh;
    }

    private void closePart() {
        Part part = open;
        if (part == null) {
            return;
        }
        ObjectNode whole = of(part.refusal ? "response.refusal.done" : "response.output_text.done");
        if (part.refusal) {
            whole.put("refusal", part.text.toString());
        } else {
            whole.put("text", part.text.toString()).set("logprobs", part.logprobs);
        }
        events.send(whole);
        ObjectNode done = of("response.content_part.done");
        done.set("part", part.now());
        events.send(done);
        open = null;
    }

    /** An event about the part that is written. */
    private ObjectNode of(String type) {
        return events.of(type, id, index).put("content_index", parts.size() - 1);
    }

    private final class Part {

        private final boolean refusal;
        private final StringBuilder text = new StringBuilder();
        private final ArrayNode logprobs = events.of("").putArray("logprobs");

        Part(boolean refusal) {
            this.refusal = refusal;
        }

        ObjectNode now() {
            if (refusal) {
                return events.of("refusal").put("refusal", text.toString());
            }
            ObjectNode part = events.of("output_text").put("text", text.toString());
            part.putArray("annotations");
            part.set("logprobs", logprobs.deepCopy());
            return part;
        }
    }
}
