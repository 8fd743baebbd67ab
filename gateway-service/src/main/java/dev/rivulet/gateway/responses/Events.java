// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Typed events of one stream, numbered from 0. Used by one thread at a time. */
final class Events {

    private final JsonMapper json;
    private final List<String> out = new ArrayList<>();
    private long next;

    Events(JsonMapper json) {
        this.json = json;
    }

    /** An event of a type, to be filled and then sent. */
    ObjectNode of(String type) {
        return json.createObjectNode().put("type", type);
    }

    /** One that tells of an item. */
    ObjectNode of(String type, String item, int output) {
        return of(type).put("item_id", item).put("output_index", output);
    }

    void send(ObjectNode event) {
        event.put("sequence_number", next++);
        out.add("event: " + event.get("type").asString() + "\ndata: " + json.writeValueAsString(event) + "\n\n");
    }

    /** What was sent since this was asked last. */
    List<String> taken() {
        List<String> sent = List.copyOf(out);
        out.clear();
        return sent;
    }
}
