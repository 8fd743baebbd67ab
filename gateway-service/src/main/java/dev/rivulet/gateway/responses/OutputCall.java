// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A call of a function while its arguments are written. */
final class OutputCall implements OutputItem {

    private final Events events;
    private final String id;
    private final int index;
    private final String callId;
    private final String name;
    private final StringBuilder arguments = new StringBuilder();
    private String status = "in_progress";

    /** @param call its first fragment in a chat completion */
    OutputCall(Events events, String id, int index, JsonNode call) {
        this.events = events;
        this.id = id;
        this.index = index;
        this.callId = call.path("id").asString("");
        this.name = call.path("function").path("name").asString("");
        ObjectNode added = events.of("response.output_item.added").put("output_index", index);
        added.set("item", now(status));
        events.send(added);
    }

    void arguments(String delta) {
        if (!delta.isEmpty()) {
            arguments.append(delta);
            events.send(events.of("response.function_call_arguments.delta", id, index)
                    .put("delta", delta));
        }
    }

    @Override
    public ObjectNode now(String unlessClosed) {
        ObjectNode item = events.of("function_call").put("id", id).put("call_id", callId);
        return item.put("name", name)
                .put("arguments", arguments.toString())
                .put("status", status.equals("in_progress") ? unlessClosed : status);
    }

    @Override
    public void close(String end) {
        status = end;
        events.send(events.of("response.function_call_arguments.done", id, index)
                .put("name", name)
                .put("arguments", arguments.toString()));
        ObjectNode done = events.of("response.output_item.done").put("output_index", index);
        done.set("item", now(end));
        events.send(done);
    }
}
